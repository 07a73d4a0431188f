using MLNet.SynthAugment.Pretraining.Captions;
using MLNet.SynthAugment.Pretraining.ImageSets;

namespace MLNet.SynthAugment.Pretraining.Drawings;

/// <summary>
/// The endless sequence of training pictures, single or in pairs. Picture number n depends on the run's seed and n
/// alone, so a run that was stopped goes on with the pictures that it would have had.
/// </summary>
internal sealed class TrainingPictures
{
    // With fewer classes than asked for, some are there twice in the end.
    private const int TriesForClass = 20;

    private readonly List<IDrawableClass> _lineDrawings = [];
    private readonly List<IDrawableClass> _photographs = [];
    private readonly long _seed;
    private readonly double _inventedShare;
    private readonly double _photographShare;
    private readonly int _sourceSize;
    private readonly byte[] _pixels;
    private readonly byte[] _otherPixels;

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
        _otherPixels = new byte[_pixels.Length];
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
    public void Draw(long number, Span<float> destination)
    {
        var random = SeededRandom.Create(new NoiseKey(_seed, Index: number), "training picture");
        var subject = Choose(random);
        subject.Draw(random, _pixels);
        Warp(subject, random, _pixels, destination);
    }

    /// <summary>
    /// Makes two pictures of each of several classes, with prompts. No class is there twice, as far as there are
    /// enough.
    /// </summary>
    /// <param name="step">Number of the step that they are for.</param>
    /// <param name="count">Number of classes.</param>
    /// <param name="isAligned">
    /// Whether line drawings of a class are laid over each other, so that they differ as two hands do and hardly in
    /// place, size and slant; the other picture of a photograph is the same one then, varied.
    /// </param>
    /// <param name="destination">Filled with 2 · count pictures, as <see cref="Draw"/> does it: one of each class, then
    /// another of each.</param>
    /// <returns>The prompt of each picture. Where it describes, it describes the class's other picture: what is said
    /// must hold for the class, not for one writer's hand.</returns>
    public IReadOnlyList<string> DrawPairs(long step, int count, bool isAligned, Span<float> destination)
    {
        var random = SeededRandom.Create(new NoiseKey(_seed, Index: step), "training pairs");
        var length = 3 * Size * Size;
        var prompts = new string[2 * count];
        var subjects = ChooseDistinct(random, count);
        for (var i = 0; i < count; i++)
        {
            var subject = subjects[i];
            subject.DrawPair(random, _pixels, _otherPixels);
            var warp = Warp(subject, random, _pixels, destination.Slice(i * length, length));
            var other = destination.Slice((count + i) * length, length);
            if (isAligned && !subject.IsLineDrawing)
                PhotographVariation.Draw(_pixels, _sourceSize, warp, random, other, Size);
            else if (isAligned && Alignment() is { } alignment)
                AffineWarp.Apply(_otherPixels, _sourceSize, AffineWarp.ForAligned(random) * warp * alignment, other,
                    Size);
            else
                Warp(subject, random, _otherPixels, other);
            prompts[i] = PromptWriter.Write(subject.Name, DescriptionOf(subject, _otherPixels), random);
            prompts[count + i] = PromptWriter.Write(subject.Name, DescriptionOf(subject, _pixels), random);
        }
        return prompts;
    }

    private Matrix3x2 Warp(IDrawableClass subject, SeededRandom random, byte[] pixels, Span<float> destination)
    {
        var warp = subject.IsLineDrawing ? AffineWarp.ForLineDrawing(random) : AffineWarp.ForPhotograph(random);
        AffineWarp.Apply(pixels, _sourceSize, warp, destination, Size);
        return warp;
    }

    /// <summary>From the frame of the first drawing's ink to that of the second's.</summary>
    private Matrix3x2? Alignment() => (FrameOf(_pixels), FrameOf(_otherPixels)) is ({ } first, { } second)
        ? AffineWarp.Align(first, second, _sourceSize) : null;

    private InkFrame? FrameOf(byte[] pixels) => InkFrame.Find(InkFrame.Ink(pixels), _sourceSize, _sourceSize);

    private Func<string>? DescriptionOf(IDrawableClass subject, byte[] pixels) =>
        subject.IsLineDrawing ? () => InkDescription.Describe(pixels, _sourceSize, _sourceSize) : null;

    private List<IDrawableClass> ChooseDistinct(SeededRandom random, int count)
    {
        var chosen = new List<IDrawableClass>();
        for (var tries = 0; chosen.Count < count; tries++)
        {
            var subject = Choose(random);
            if (!chosen.Contains(subject) || tries >= TriesForClass * count)
                chosen.Add(subject);
        }
        return chosen;
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
