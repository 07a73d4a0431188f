using MLNet.SynthAugment.Methods;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace MLNet.SynthAugment.Tests.Methods;

/// <summary>Masks on the embedded model, whose autoencoder gives images back: what is kept stays as it was.</summary>
public sealed class MaskTests : IDisposable
{
    private const int Size = 32;

    // The autoencoder's reach: pixels nearer to the border between kept and painted may change.
    private const int Border = 6;

    private readonly Fitting _fitting = new();
    private readonly List<AnnotatedDrawing> _rows = [];

    public MaskTests()
    {
        foreach (var (label, row) in new[] { "ring", "cross" }.Select((label, row) => (label, row)))
        {
            using var image = Draw((x, y) => row == 0 ? Math.Abs(
                Math.Sqrt((x - 15.5) * (x - 15.5) + (y - 15.5) * (y - 15.5)) - 10) > 1.5 : Math.Abs(x - y) > 1
                    && Math.Abs(x + y - 31) > 1);
            using var mask = Draw((x, _) => x < Size / 2);
            _rows.Add(new AnnotatedDrawing
            {
                Label = label,
                ImagePath = Write(image, $"{label}.png"),
                MaskPath = Write(mask, $"{label}-mask.png")
            });
        }
    }

    public void Dispose() => _fitting.Dispose();

    private static Image<Rgb24> Draw(Func<int, int, bool> isWhite)
    {
        var image = new Image<Rgb24>(Size, Size);
        for (var y = 0; y < Size; y++)
        {
            for (var x = 0; x < Size; x++)
                image[x, y] = isWhite(x, y) ? new Rgb24(255, 255, 255) : default;
        }
        return image;
    }

    private string Write(Image<Rgb24> image, string name)
    {
        image.SaveAsPng(_fitting.Folder[name]);
        return _fitting.Folder[name];
    }

    private List<string> Fit(Disef method)
    {
        var options = _fitting.Options(perClass: 1);
        options.Method = method with
        {
            Sampling = method.Sampling with { Steps = 8, GuidanceScale = 1 },
            Start =
            method.Start with { Strengths = [1] }
        };
        options.Model = DiffusionModel.Embedded;
        options.Device = "cpu";
        options.BatchSize = 1;
        options.MaskColumnName = nameof(AnnotatedDrawing.MaskPath);
        var fitted = _fitting.Fit(_fitting.ML.Data.LoadFromEnumerable(_rows), options);
        return [.. Directory.GetFiles(Path.Combine(fitted.StoreFolder, "images"), "*.png", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal)];
    }

    /// <summary>Mean absolute difference of an image of the class 'cross' and its shot over columns.</summary>
    private double Difference(string path, int firstColumn, int endColumn)
    {
        using var shot = Image.Load<Rgb24>(_rows[1].ImagePath);
        using var image = Image.Load<Rgb24>(path);
        return (from y in Enumerable.Range(0, Size)
                from x in Enumerable.Range(
            firstColumn, endColumn - firstColumn)
                select Math.Abs(image[x, y].R - shot[x, y].R)).Average();
    }

    [Fact]
    public void What_is_kept_stays_and_the_rest_is_repainted()
    {
        // The object is the left half. Grown by the whole width it is all there is to see, and what is left is the
        // autoencoder's error.
        var allKept = Fit(Disef.ForEmbeddedModel
            with
        { Start = Disef.ForEmbeddedModel.Start with { Masks = MaskMode.KeepObject, MaskGrowth = Size } })[0];
        var keptObject = Fit(Disef.ForEmbeddedModel
            with
        { Start = Disef.ForEmbeddedModel.Start with { Masks = MaskMode.KeepObject } })[0];
        var keptBackground = Fit(Disef.ForEmbeddedModel
            with
        { Start = Disef.ForEmbeddedModel.Start with { Masks = MaskMode.KeepBackground } })[0];
        double Left(string path) => Difference(path, 0, Size / 2 - Border);
        double Right(string path) => Difference(path, Size / 2 + Border, Size);

        Assert.InRange(Difference(allKept, 0, Size), 0, 25);
        Assert.InRange(Left(keptObject), 0, 1.2 * Left(allKept) + 2);
        Assert.InRange(Right(keptBackground), 0, 1.2 * Right(allKept) + 2);
        Assert.InRange(Right(keptObject), 1.5 * Right(allKept), 255);
        Assert.InRange(Left(keptBackground), 1.5 * Left(allKept), 255);
    }

    [Fact]
    public void Shots_without_a_mask_are_not_used_and_a_class_without_any_is_an_error()
    {
        _rows[0].MaskPath = "";
        var error = Assert.Throws<InvalidOperationException>(
            () => Fit(Disef.ForEmbeddedModel with
            {
                Start = Disef.ForEmbeddedModel.Start
                with
                { Masks = MaskMode.KeepObject }
            }));
        Assert.Contains("class 'ring' has none: set Options.MaskColumnName", error.Message);
    }
}
