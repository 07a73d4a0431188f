using MLNet.SynthAugment.Diffusion.ImageSets;
using MLNet.SynthAugment.Pretraining.Captions;
using MLNet.SynthAugment.Pretraining.Drawings;
using MLNet.SynthAugment.Pretraining.ImageSets;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace MLNet.SynthAugment.Pretraining.Tests;

/// <summary>Pairs of pictures, as CLIP and the UNet are trained on.</summary>
public sealed class TrainingPicturesTests : IDisposable
{
    private const int Size = 32;
    private const int Length = 3 * Size * Size;
    private const int Pairs = 12;
    private readonly ImageSetFixture _files = new();
    private readonly PreparedImages _images;

    public TrainingPicturesTests()
    {
        foreach (var path in new[] { "images/one/1.png", "images/one/2.png", "images/two/1.png", "images/two/2.png" })
            _files.AddDrawing(path, 64);
        _images = PreparedImages.Open(
            _files.PathOf("prepared"), [ImageSetLocation.Parse(_files.PathOf("images"))], 2 * Size, _ => false,
            _ => { }, CancellationToken.None);
    }

    [Fact]
    public void AStepsPairsDependOnSeedAndStepAlone()
    {
        var first = Draw(Pictures(0.5), step: 3);
        var again = Pictures(0.5);
        Draw(again, step: 2);
        Assert.Equal(first, Draw(again, step: 3));
        Assert.NotEqual(first, Draw(again, step: 4));
    }

    [Fact]
    public void NoClassIsThereTwiceWhereThereAreEnough()
    {
        const int all = 16;
        var pictures = Pictures(0);
        var prompts = pictures.DrawPairs(0, all, isAligned: false, new float[2 * all * Length]);
        // Some prompts only describe; the others name the class.
        var named = Enumerable.Range(0, all).Select(i => NameIn(prompts[i] + " " + prompts[all + i])).OfType<string>()
            .ToList();
        Assert.InRange(named.Count, 6, all);
        Assert.Equal(named.Count, named.Distinct().Count());

        string? NameIn(string text) =>
            pictures.ClassNames.Where(name => text.Contains(name, StringComparison.Ordinal)).MaxBy(name => name.Length);
    }

    [Fact]
    public void FewClassesComeMoreThanOnce() =>
        Assert.Equal(80, Pictures(0).DrawPairs(0, 40, isAligned: false, new float[2 * 40 * Length]).Count);

    [Fact]
    public void AlignedDrawingsLieOverEachOtherMoreThanOthers()
    {
        // Frames are upright while drawings are slanted and turned, so aligned ones still differ somewhat.
        Assert.InRange(MeanDistance(isAligned: true), 0, 0.6 * MeanDistance(isAligned: false));
    }

    [Fact]
    public void AnotherPictureOfAPhotographIsTheSameOneVariedForTheUNetAndAnotherOneForClip()
    {
        AddPhotographs();
        // Each photograph is of a single colour: a variation's is near it, the other photograph's is far.
        Assert.InRange(MeanDifference(isAligned: true), 0.01, 0.3);
        Assert.InRange(MeanDifference(isAligned: false), 0.6, 2);
    }

    public void Dispose()
    {
        _images.Dispose();
        _files.Dispose();
    }

    /// <summary>Two photographs of one class: a dark one and a bright one.</summary>
    private void AddPhotographs()
    {
        foreach (var (name, red, green, blue) in new[] { ("dark", 40, 60, 90), ("bright", 200, 190, 150) })
        {
            using var image = new Image<Rgb24>(2 * Size, 2 * Size, new Rgb24((byte)red, (byte)green, (byte)blue));
            Directory.CreateDirectory(_files.PathOf("photographs/thing"));
            image.SaveAsPng(_files.PathOf($"photographs/thing/{name}.png"));
        }
    }

    /// <summary>Between the two pictures of a photograph's pair, each pixel's values −1 … 1.</summary>
    private double MeanDifference(bool isAligned)
    {
        const int steps = 20;
        using var images = PreparedImages.Open(
            _files.PathOf("prepared photographs"), [ImageSetLocation.Parse(_files.PathOf("photographs"))], 2 * Size,
            _ => false, _ => { }, CancellationToken.None);
        Assert.False(Assert.Single(images.Classes).IsLineDrawing);
        var pictures = new TrainingPictures(images, 7, Size, inventedShare: 0, photographShare: 1);
        var values = new float[2 * Length];
        return Enumerable.Range(0, steps).Average(step =>
        {
            pictures.DrawPairs(step, 1, isAligned, values);
            Assert.All(values, value => Assert.InRange(value, -1, 1));
            return values.Take(Length).Zip(values.Skip(Length), (one, other) => Math.Abs(one - other)).Average();
        });
    }

    private TrainingPictures Pictures(double inventedShare) => new(_images, 7, Size, inventedShare, photographShare: 0);

    private static float[] Draw(TrainingPictures pictures, long step)
    {
        var values = new float[2 * Pairs * Length];
        pictures.DrawPairs(step, Pairs, isAligned: true, values);
        return values;
    }

    /// <summary>How far the frames of a class's two drawings are from each other, in pixels.</summary>
    private double MeanDistance(bool isAligned)
    {
        var values = new float[2 * Pairs * Length];
        Pictures(1).DrawPairs(0, Pairs, isAligned, values);
        return Enumerable.Range(0, Pairs).Average(i =>
        {
            InkFrame first = FrameOf(i), second = FrameOf(Pairs + i);
            return Math.Abs(first.Left - second.Left) + Math.Abs(first.Top - second.Top)
                + Math.Abs(first.Side - second.Side);
        });

        InkFrame FrameOf(int picture) =>
            InkFrame.Find(values.Skip(picture * Length).Take(Size * Size).Select(value => (1 - value) / 2).ToArray(),
                Size, Size)!.Value;
    }
}
