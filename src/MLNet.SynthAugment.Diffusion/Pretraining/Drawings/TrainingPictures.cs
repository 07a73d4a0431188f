using MLNet.SynthAugment.Diffusion.Pretraining.Captions;
using MLNet.SynthAugment.Diffusion.Pretraining.ImageSets;

namespace MLNet.SynthAugment.Diffusion.Pretraining.Drawings;

/// <summary>
/// The endless sequence of training pictures with their prompts. Picture number n depends on the run's seed and n alone,
/// so a run that was stopped goes on with the pictures that it would have had.
/// </summary>
internal sealed class TrainingPictures
{
    private readonly List<IDrawableClass> _lineDrawings = [];
    private readonly List<IDrawableClass> _photographs = [];
    private readonly long _seed;
    private readonly double _inventedShare;
    private readonly double _photographShare;
    private readonly int _sourceSize;
    private readonly byte[] _pixels;

    /// <summary>Mixes the classes of image sets with invented characters.</summary>
    /// <param name="images">The user's images, at least as large as the pictures.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="size">Side of the pictures in pixels.</param>
    /// <param name="inventedShare">Share of invented characters, 0 … 1.</param>
    /// <param name="photographShare">Share of photographs where the sets hold line drawings too.</param>
    public TrainingPictures(PreparedImages images, long seed, int size, double inventedShare, double photographShare)
    {
        Size = size;
        _seed = seed;
        _sourceSize = images.Size;
        _pixels = new byte[images.Size * images.Size * 3];
        foreach (var imageClass in images.Classes)
        {
            if (!imageClass.IsLineDrawing)
                _photographs.Add(new PreparedClass(images, imageClass, way: 0));
            for (var way = 0; imageClass.IsLineDrawing && way < Turn.Count; way++)
                _lineDrawings.Add(new PreparedClass(images, imageClass, way));
        }
        _inventedShare = inventedShare;
        _photographShare = _photographs.Count == 0 ? 0 : _lineDrawings.Count == 0 ? 1 - inventedShare : photographShare;
    }

    /// <summary>Side of the pictures in pixels.</summary>
    public int Size { get; }

    /// <summary>Every class name that a prompt can hold.</summary>
    public IEnumerable<string> ClassNames => _lineDrawings.Concat(_photographs).Select(drawable => drawable.Name!);

    /// <summary>Makes a picture.</summary>
    /// <param name="number">Its number in the sequence.</param>
    /// <param name="destination">Filled with 3 × Size × Size values −1 … 1: red, green, blue plane.</param>
    /// <returns>Its prompt.</returns>
    public string Draw(long number, Span<float> destination)
    {
        var random = SeededRandom.Create(_seed, "", number, "training picture");
        var subject = Choose(random);
        subject.Draw(random, _pixels);
        var warp = subject.IsLineDrawing ? AffineWarp.ForLineDrawing(random) : AffineWarp.ForPhotograph(random);
        AffineWarp.Apply(_pixels, _sourceSize, warp, destination, Size);
        return PromptWriter.Write(subject.Name, subject.IsLineDrawing ? DescribeAnother : null, random);

        // Another drawing of the class: what is said must hold for the class, not for one writer's hand.
        string DescribeAnother()
        {
            subject.Draw(random, _pixels);
            return InkDescription.Describe(_pixels, _sourceSize, _sourceSize);
        }
    }

    private IDrawableClass Choose(SeededRandom random)
    {
        var choice = random.NextDouble();
        if (choice < _inventedShare)
            return new InventedClass(_seed, random.Next(int.MaxValue).ToString(), _sourceSize);
        var group = choice < _inventedShare + _photographShare ? _photographs : _lineDrawings;
        return group[random.Next(group.Count)];
    }
}
