using System.Numerics;
using MLNet.SynthAugment.Diffusion;
using MLNet.SynthAugment.Pretraining.Drawings;

namespace MLNet.SynthAugment.Pretraining.Tests;

public sealed class DrawingTests
{
    private const int Size = 6;

    [Fact]
    public void FourQuarterTurnsAndTwoMirroringsLeaveAPictureAsItWas()
    {
        var picture = Picture();
        Assert.Equal(picture, Turned(Turned(picture, 1), 3));
        Assert.Equal(picture, Turned(Turned(picture, 2), 2));
        Assert.Equal(picture, Turned(Turned(picture, 4), 4));
    }

    [Fact]
    public void AQuarterTurnBringsTheLowerLeftCornerUp()
    {
        var picture = Picture();
        Assert.Equal(picture[((Size - 1) * Size * 3)..][..3], Turned(picture, 1)[..3]);
    }

    [Fact]
    public void TheEightWaysGiveEightPicturesWithEightNames()
    {
        var ways = Enumerable.Range(0, Turn.Count).ToList();
        Assert.Equal(Turn.Count, ways.Select(way => Convert.ToHexString(Turned(Picture(), way))).Distinct().Count());
        Assert.Equal(Turn.Count, ways.Select(Turn.NameSuffix).Distinct().Count());
    }

    [Fact]
    public void WarpingByNothingToHalfTheSizeAveragesFourPixels()
    {
        var picture = Picture();
        var result = new float[3 * Size / 2 * Size / 2];
        AffineWarp.Apply(picture, Size, Matrix3x2.Identity, result, Size / 2);
        var red = new[] { 0, 1, Size, Size + 1 }.Average(pixel => (double)picture[3 * pixel]);
        Assert.Equal((red / 127.5) - 1, result[0], 4);
    }

    [Fact]
    public void AWarpMovesWhatItShould()
    {
        var picture = new byte[Size * Size * 3];
        picture.AsSpan(((2 * Size) + 1) * 3, 3).Fill(255);
        var result = new float[3 * Size * Size];
        // The result's pixel (3, 2) comes from the source's (1, 2).
        AffineWarp.Apply(picture, Size, Matrix3x2.CreateTranslation(-2f / Size, 0), result, Size);
        Assert.Equal((2 * Size) + 3, Array.IndexOf(result, result.Max()));
    }

    [Fact]
    public void ABendIsSmoothAndAsStrongAsAskedFor()
    {
        const float strength = 0.05f, near = 1e-3f;
        var lengths = new List<double>();
        for (var seed = 0; seed < 20; seed++)
        {
            var bend = new SmoothBend(SeededRandom.Create(new NoiseKey(seed), ""), strength);
            for (var y = -0.5f; y <= 0.5f; y += 0.05f)
            {
                for (var x = -0.5f; x <= 0.5f; x += 0.05f)
                {
                    var place = new Vector2(x, y);
                    var moved = bend.Apply(place) - place;
                    lengths.Add(moved.LengthSquared() / 2);
                    // Between crossings a third of the side apart a smooth step rises by at most 4.5 times the
                    // difference, here of five deviations.
                    Assert.InRange((bend.Apply(place + new Vector2(near, 0)) - place - new Vector2(
                        near, 0) - moved).Length(), 0, near * 4.5f * 5 * strength * 2);
                }
            }
        }
        // The means between the crossings of the grid vary less than what stands at them.
        Assert.InRange(Math.Sqrt(lengths.Average()), 0.6 * strength, strength);
    }

    [Fact]
    public void NoBendLeavesThePictureAsItWas()
    {
        var (plain, bent) = (new float[3 * Size * Size], new float[3 * Size * Size]);
        AffineWarp.Apply(Picture(), Size, Matrix3x2.Identity, plain, Size);
        AffineWarp.Apply(Picture(), Size, Matrix3x2.Identity, bent, Size,
            new SmoothBend(SeededRandom.Create(new NoiseKey(1), ""), 0));
        Assert.Equal(plain, bent);
    }

    private static byte[] Picture() =>
        [.. Enumerable.Range(0, Size * Size * 3)
            .Select(i => (byte)(SeededRandom.Create(new NoiseKey(1, Index: i), "").NextDouble() * 256))];

    private static byte[] Turned(byte[] picture, int way)
    {
        var result = new byte[picture.Length];
        Turn.Apply(picture, result, Size, way);
        return result;
    }
}
