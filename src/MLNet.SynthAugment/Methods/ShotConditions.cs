using MLNet.SynthAugment.FewShot;

namespace MLNet.SynthAugment.Methods;

/// <summary>
/// The shots of a class as conditions of a model that takes images: encoded once, one drawn for each image. For a model
/// that takes none there is no condition, so that a method need not know what it works on.
/// </summary>
/// <param name="context">The model and the run's seed.</param>
/// <param name="isOn">The method's option <c>ConditionOnShots</c>.</param>
internal sealed class ShotConditions(SynthesisContext context, bool isOn = true) : IDisposable
{
    private const string ShotStream = "shot";

    // Always the same ones together, so that a resumed run rounds alike.
    private const int EncodedAtOnce = 4;

    private readonly ImageConditioner _conditioner = new(context.Model);
    private readonly List<ImageCondition> _encoded = [];
    private IReadOnlyList<ShotCondition> _shots = [];
    private string? _label;

    /// <summary>Whether images are conditioned on shots.</summary>
    public bool AreUsed => isOn && _conditioner.TakesImages;

    /// <summary>
    /// The condition of an image, drawn by (run seed, label, index); null if the model takes no images or the option is
    /// off.
    /// </summary>
    /// <param name="shotClass">The image's class.</param>
    /// <param name="index">Its index.</param>
    /// <param name="among">The shots of the class to draw from, at least one: those that the image leans on in any
    /// case. Null for all.</param>
    /// <returns>Valid until one of another class is asked for.</returns>
    public ShotCondition? Draw(ShotClass shotClass, long index, IReadOnlyList<Shot>? among = null)
    {
        if (!AreUsed)
            return null;
        var shot = SeededRandom.Create(new NoiseKey(context.Seed, shotClass.Label, index), ShotStream)
            .Of(among ?? shotClass.Shots);
        return Of(shotClass).First(condition => condition.Shot == shot);
    }

    /// <summary>All shots of a class, in their order.</summary>
    /// <param name="shotClass">The class.</param>
    /// <returns>Valid until those of another class are asked for.</returns>
    public IReadOnlyList<ShotCondition> Of(ShotClass shotClass)
    {
        if (shotClass.Label != _label)
        {
            Clear();
            _shots = [.. shotClass.Shots.Chunk(EncodedAtOnce).SelectMany(Encode)];
            _label = shotClass.Label;
        }
        return _shots;
    }

    /// <summary>Frees the conditions.</summary>
    public void Dispose() => Clear();

    private List<ShotCondition> Encode(Shot[] shots)
    {
        var images = new List<Image<Rgb24>>();
        try
        {
            foreach (var shot in shots)
                images.Add(shot.OpenImage());
            var encoded = _conditioner.Encode(images).DetachFromDisposeScope();
            _encoded.Add(encoded);
            return [.. shots.Select((shot, row) => new ShotCondition(shot, encoded.Row(row).DetachFromDisposeScope()))];
        }
        finally
        {
            images.ForEach(image => image.Dispose());
        }
    }

    private void Clear()
    {
        foreach (var shot in _shots)
            shot.Condition.Dispose();
        _encoded.ForEach(encoded => encoded.Dispose());
        _encoded.Clear();
        (_shots, _label) = ([], null);
    }
}

/// <summary>A shot as a model that takes images is shown it.</summary>
/// <param name="Shot">The shot.</param>
/// <param name="Condition">One row; it belongs to the <see cref="ShotConditions"/>.</param>
internal sealed record ShotCondition(Shot Shot, ImageCondition Condition);
