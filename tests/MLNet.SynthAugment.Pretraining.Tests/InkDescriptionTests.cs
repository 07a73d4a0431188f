using MLNet.SynthAugment.Pretraining.Captions;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace MLNet.SynthAugment.Pretraining.Tests;

public sealed class InkDescriptionTests
{
    private const int Size = 64;

    [Theory]
    [InlineData(32, 10, 32, 54, "bil dil fil gil kil")]
    [InlineData(10, 32, 54, 32, "fam fem fim fom fum")]
    [InlineData(10, 10, 54, 54, "ban den fin gon kun")]
    [InlineData(54, 10, 10, 54, "bur dor fir ger kar")]
    public void ALineIsNamedByItsCellsAndDirection(int x1, int y1, int x2, int y2, string words) =>
        Assert.Equal(words, Describe((x1, y1, x2, y2)));

    [Fact]
    public void PlaceAndSizeDoNotMatter()
    {
        var large = Describe((8, 8, 48, 8), (8, 8, 8, 48));
        Assert.Equal(large, Describe((30, 34, 55, 34), (30, 34, 30, 59)));
        Assert.NotEqual(large, Describe((8, 48, 48, 48), (8, 8, 8, 48)));
    }

    [Fact]
    public void ABlankPageHasNoWords()
    {
        Assert.Equal("", Describe());
    }

    [Fact]
    public void SyllablesAreAllDifferentWords()
    {
        Assert.Equal(125, InkDescription.Syllables.Distinct().Count());
        Assert.All(Describe((5, 60, 60, 5), (5, 5, 60, 60)).Split(' '),
            word => Assert.Contains(word, InkDescription.Syllables));
    }

    private static string Describe(params (int X1, int Y1, int X2, int Y2)[] lines)
    {
        using var image = new Image<Rgb24>(Size, Size);
        for (var y = 0; y < Size; y++)
        {
            for (var x = 0; x < Size; x++)
            {
                var distance = lines.Select(line => Distance(x, y, line)).DefaultIfEmpty(Size).Min();
                var level = (byte)(255 * Math.Clamp(distance - 1, 0, 1));
                image[x, y] = new Rgb24(level, level, level);
            }
        }
        return InkDescription.Describe(image);
    }

    private static double Distance(int x, int y, (int X1, int Y1, int X2, int Y2) line)
    {
        double dx = line.X2 - line.X1, dy = line.Y2 - line.Y1;
        var t = Math.Clamp((((x - line.X1) * dx) + ((y - line.Y1) * dy)) / ((dx * dx) + (dy * dy)), 0, 1);
        return Math.Sqrt(Math.Pow(x - line.X1 - (t * dx), 2) + Math.Pow(y - line.Y1 - (t * dy), 2));
    }
}
