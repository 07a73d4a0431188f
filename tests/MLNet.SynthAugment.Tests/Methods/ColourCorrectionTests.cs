using MLNet.SynthAugment.Methods;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace MLNet.SynthAugment.Tests.Methods;

/// <summary>Variations of the embedded model, whose autoencoder hardly tells green from magenta.</summary>
public sealed class ColourCorrectionTests : IDisposable
{
    private const int Side = 64;
    private static readonly (Rgb24 Ground, Rgb24 Disc)[] s_coloured =
        [(new(30, 140, 40), new(250, 220, 30)), (new(150, 170, 230), new(180, 40, 200))];
    private static readonly (Rgb24 Ground, Rgb24 Disc)[] s_grey =
        [(new(240, 240, 240), new(10, 10, 10)), (new(40, 40, 40), new(200, 200, 200))];

    private readonly Fitting _fitting = new();

    public void Dispose() => _fitting.Dispose();

    [Fact]
    public void Variations_have_the_colours_of_their_shots_which_they_have_not_without_correction()
    {
        var (corrected, plain) = (Vary(s_coloured, correct: true), Vary(s_coloured, correct: false));
        double[] before = [.. plain.Select((pixels, i) => FromNearest(pixels, ColoursOf(i)))], after =
            [.. corrected.Select((pixels, i) => FromNearest(pixels, ColoursOf(i)))];
        Assert.All(after.Zip(before),
            image => Assert.True(image.First < image.Second, $"{image.First} corrected, {image.Second} not"));
        Assert.True(after.Average() < 0.5 * before.Average(), $"{after.Average()} corrected, {before.Average()} not");
        // Both are the same drawing: what is corrected is chroma. Of 255; the range of RGB cuts off a part of saturated
        // colours.
        Assert.All(corrected.Zip(plain),
            image => Assert.InRange(MeanDistance(image.First, image.Second, Lightness), 0, 10));

        (Rgb24, Rgb24) ColoursOf(int image) => s_coloured[image * s_coloured.Length / plain.Count];
    }

    [Fact]
    public void Images_of_shots_without_colours_stay_as_they_are() =>
        Assert.Equal(Vary(s_grey, correct: false).SelectMany(pixels => pixels),
            Vary(s_grey, correct: true).SelectMany(pixels => pixels));

    [Fact]
    public void The_embedded_model_s_own_settings_correct_colours_and_Stable_unCLIP_s_do_not()
    {
        Assert.True(ImageVariation.ForEmbeddedModel.CorrectColours);
        Assert.False(new ImageVariation().CorrectColours);
    }

    /// <summary>The pixels of three variations of each of two classes, which have one shot each.</summary>
    private List<Rgb24[]> Vary((Rgb24 Ground, Rgb24 Disc)[] colours, bool correct)
    {
        var options = _fitting.Options(perClass: 3);
        (options.Method, options.Model, options.Device) =
            (ImageVariation.ForEmbeddedModel with { CorrectColours = correct }, DiffusionModel.Embedded, "cpu");
        var shots = colours.Select(
            (pair, i) => new Drawing
            { Label = $"class {i}", ImagePath = Write(pair, $"{pair.Ground.R}-{pair.Disc.R}.png") }).ToList();
        var fitted = _fitting.Fit(_fitting.ML.Data.LoadFromEnumerable(shots), options);
        return [.. _fitting.ML.Data.CreateEnumerable<TinyModelFitting.Row>(fitted.SyntheticOnly, reuseRowObject: false)
            .OrderBy(row => row.Label, StringComparer.Ordinal).Select(row =>
        {
            var bytes = TinyModelFitting.Pixels(row);
            return bytes.Chunk(3).Select(pixel => new Rgb24(pixel[0], pixel[1], pixel[2])).ToArray();
        })];
    }

    private string Write((Rgb24 Ground, Rgb24 Disc) colours, string name)
    {
        using var image = new Image<Rgb24>(Side, Side);
        for (var y = 0; y < Side; y++)
        {
            for (var x = 0; x < Side; x++)
                image[x, y] = Math.Pow(x - (Side / 2), 2) + Math.Pow(y - (Side / 2), 2) < Side * Side / 9
                    ? colours.Disc : colours.Ground;
        }
        image.SaveAsPng(_fitting.Folder[name]);
        return _fitting.Folder[name];
    }

    // How far the chroma of pixels is from that of the nearer of the two colours, on average.
    private static double FromNearest(Rgb24[] pixels, (Rgb24 Ground, Rgb24 Disc) colours) =>
        pixels.Average(pixel => Math.Min(
            Distance(Chroma(pixel), Chroma(colours.Ground)), Distance(Chroma(pixel), Chroma(colours.Disc))));

    private static double MeanDistance(Rgb24[] first, Rgb24[] second, Func<Rgb24, double> of) =>
        first.Zip(second, (a, b) => Math.Abs(of(a) - of(b))).Average();

    private static double Lightness(Rgb24 pixel) => (0.299 * pixel.R) + (0.587 * pixel.G) + (0.114 * pixel.B);

    private static (double Blue, double Red) Chroma(Rgb24 pixel) =>
        (0.564 * (pixel.B - Lightness(pixel)), 0.713 * (pixel.R - Lightness(pixel)));

    private static double Distance((double Blue, double Red) first, (double Blue, double Red) second) =>
        Math.Sqrt(Math.Pow(first.Blue - second.Blue, 2) + Math.Pow(first.Red - second.Red, 2));
}
