using MLNet.SynthAugment.Diffusion;
using MLNet.SynthAugment.Pretraining.StrokeCharacters;

namespace MLNet.SynthAugment.Pretraining.Tests;

public sealed class StrokeCharacterTests
{
    private const int Size = 24;

    [Fact]
    public void ANameAlwaysGivesTheSameDrawing() => Assert.Equal(Draw("a", "writer", 0), Draw("a", "writer", 0));

    [Fact]
    public void OtherNamesWritersAndDrawingsDiffer()
    {
        var drawing = Draw("a", "writer", 0);
        Assert.NotEqual(drawing, Draw("b", "writer", 0));
        Assert.NotEqual(drawing, Draw("a", "other", 0));
        Assert.NotEqual(drawing, Draw("a", "writer", 1));
    }

    [Fact]
    public void SkeletonsFillTheUnitSquareInOneDirection()
    {
        for (var i = 0; i < 200; i++)
        {
            var points = StrokeSkeleton.Create(1, $"class {i}").Strokes.SelectMany(stroke => stroke.ToPolyline())
                .ToList();
            Assert.All(points, p => Assert.True(
                p.X is >= -0.001f and <= 1.001f && p.Y is >= -0.001f and <= 1.001f, $"class {i}: {p}"));
            var extent = Math.Max(points.Max(p => p.X) - points.Min(p => p.X),
                points.Max(p => p.Y) - points.Min(p => p.Y));
            Assert.Equal(1, extent, 3);
        }
    }

    [Fact]
    public void AnImageHasDarkStrokesOnWhitePaper()
    {
        using var image = StrokeRenderer.Draw(StrokeSkeleton.Create(1, "a"), WriterStyle.Create(1, "w"),
            SeededRandom.Create(new NoiseKey(1, "a"), ""), 48);
        var levels = new List<int>();
        for (var y = 0; y < image.Height; y++)
        {
            for (var x = 0; x < image.Width; x++)
                levels.Add(image[x, y].G);
        }
        Assert.True(levels.Count(level => level == 255) > levels.Count / 2);
        Assert.True(levels.Min() < 64);
    }

    [Fact]
    public void WritersOfAClassResembleEachOtherMoreThanOtherClasses()
    {
        const int classes = 20, shots = 20;
        var centroids = Enumerable.Range(0, classes)
            .Select(c => Centroid(Enumerable.Range(0, shots).Select(w => Draw($"class {c}", $"train {w}", w))))
            .ToList();
        var right = 0;
        for (var c = 0; c < classes; c++)
        {
            var unseen = Draw($"class {c}", "test", 0);
            right += centroids.MinBy(centroid => Distance(centroid, unseen)) == centroids[c] ? 1 : 0;
        }
        // Guessing gives 1 of 20.
        Assert.InRange(right, 8, classes);
    }

    private static float[] Draw(string className, string writer, long drawing) => StrokeRenderer.DrawInk(
        StrokeSkeleton.Create(1, className), WriterStyle.Create(1, writer),
        SeededRandom.Create(new NoiseKey(1, className, drawing), writer), Size);

    private static float[] Centroid(IEnumerable<float[]> drawings)
    {
        var all = drawings.ToList();
        return [.. Enumerable.Range(0, Size * Size).Select(i => all.Average(drawing => drawing[i]))];
    }

    private static float Distance(float[] a, float[] b) => a.Zip(b, (x, y) => (x - y) * (x - y)).Sum();
}
