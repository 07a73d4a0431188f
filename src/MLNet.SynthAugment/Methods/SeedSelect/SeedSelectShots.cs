using MLNet.SynthAugment.FewShot;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Methods;

/// <summary>
/// The shots as the optimisation of seeds needs them: what images shall come near to, and what models that take images
/// are told.
/// </summary>
internal sealed class SeedSelectShots(SeedSelect method, SynthesisContext context) : IDisposable
{
    private readonly ConditioningEncoder _conditionings = new(context.Model, context.Log);
    private readonly ShotConditions _conditions = new(context, method.ConditionOnShots);
    private ShotClass? _class;
    private ReferenceImages? _references;

    /// <summary>Features and latents of a class's shots; valid until those of another class are asked for.</summary>
    public ReferenceImages References(ShotClass shotClass)
    {
        if (_references is null || _class != shotClass)
        {
            _references?.Dispose();
            _references = ReferenceImages.Encode(
                shotClass.Shots.Select(shot => shot.OpenImage()), context.Model, method.Optimization.SemanticWeight > 0
                ? context.Clip : null);
            _class = shotClass;
        }
        return _references;
    }

    /// <summary>The shot that an image is conditioned on; null for none.</summary>
    public Shot? ShotOf(ShotClass shotClass, long index) => ConditionOf(shotClass, index)?.Shot;

    /// <summary>What steers the UNet for images of a class; tensors of the current dispose scope.</summary>
    public Conditioning ConditioningOfImages(ShotClass shotClass, IReadOnlyList<long> indices) =>
        Encode(shotClass, method.Sampling.ToOptions(),
            [.. indices.Select(index => (index, ConditionOf(shotClass, index)))]);

    /// <summary>What steers the UNet for a shot itself, likewise.</summary>
    public Conditioning ConditioningOfShot(ShotClass shotClass, int shot, SamplingOptions sampling) =>
        Encode(shotClass, sampling, [(shot, _conditions.AreUsed ? _conditions.Of(shotClass)[shot] : null)]);

    /// <summary>
    /// The image conditions of images, for their file: on the CPU, disposed by the caller; null for none.
    /// </summary>
    public ImageCondition? ConditionsOf(ShotClass shotClass, IReadOnlyList<long> indices)
    {
        if (!_conditions.AreUsed)
            return null;
        using var scope = NewDisposeScope();
        var drawn = indices.Select(index => ConditionOf(shotClass, index)!.Condition).ToList();
        return new ImageCondition
        {
            Embeddings = Joined(drawn.Select(condition => condition.Embeddings)),
            Latents = Joined(drawn.Select(condition => condition.Latents))
        };
    }

    public void Dispose()
    {
        _references?.Dispose();
        _conditions.Dispose();
    }

    // A seed leads to another image under another shot, so an image that starts from an anchor takes over the anchor's
    // shot.
    private ShotCondition? ConditionOf(ShotClass shotClass, long index) =>
        _conditions.Draw(shotClass, SeedGroup.AnchorOf(method, context, shotClass, index) ?? index);

    private Conditioning Encode(
        ShotClass shotClass, SamplingOptions sampling, IReadOnlyList<(long Index, ShotCondition? Condition)> images)
    {
        using var noGradient = no_grad();
        var prompt = method.PromptOf(shotClass);
        return _conditionings.Encode(
            [.. images.Select(image => new ImageRequest(prompt,
                new NoiseKey(context.Seed, shotClass.Label, image.Index))
            { ImageCondition = image.Condition?.Condition })], sampling);
    }

    private static Tensor? Joined(IEnumerable<Tensor?> rows)
    {
        var found = rows.OfType<Tensor>().ToList();
        return found.Count == 0 ? null : cat(found).cpu().MoveToOuterDisposeScope();
    }
}
