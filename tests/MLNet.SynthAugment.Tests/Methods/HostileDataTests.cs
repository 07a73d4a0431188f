using System.Text.RegularExpressions;
using MLNet.SynthAugment.Methods;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats.Png;
using SixLabors.ImageSharp.PixelFormats;

namespace MLNet.SynthAugment.Tests.Methods;

/// <summary>Labels and images that are unusual or meant to harm, through every method.</summary>
public sealed partial class HostileDataTests : IDisposable
{
    private const int ModelSize = 16;

    private static readonly string[] s_labels = ["../../x", new string('x', 5000), "😀", " "];

    private readonly TinyModelFitting _fitting = new(TinyModelKinds.UnClipWithLatents);

    public void Dispose() => _fitting.Dispose();

    [Theory]
    [MemberData(nameof(QuickMethods.Names), MemberType = typeof(QuickMethods))]
    public void Any_label_and_any_image_gives_images_of_the_model_s_size_inside_the_store(string name) =>
        AssertMakesImages(QuickMethods.Find(name));

    [LongTheory]
    [MemberData(nameof(QuickMethods.RareNames), MemberType = typeof(QuickMethods))]
    public void Any_label_and_any_image_gives_images_also_otherwise(string name) =>
        AssertMakesImages(QuickMethods.Find(name));

    private void AssertMakesImages(ISynthesisMethod method)
    {
        var images = WriteImages();
        var rows = s_labels.SelectMany(
            (label, number) => new[] { number, number + 1 }.Select(
            image => new Drawing { Label = label, ImagePath = images[image] })).ToList();
        var outside = Outside();
        var fitted = _fitting.Fit(rows, method, options => (options.ImagesPerClass, options.BatchSize) = (1, 1));
        var made = _fitting.Read(fitted);
        Assert.Equal(s_labels.Order(StringComparer.Ordinal), made.Select(row => row.Label));
        foreach (var row in made)
        {
            using var image = Image.Load<Rgb24>(row.ImagePath);
            Assert.Equal((ModelSize, ModelSize), (image.Width, image.Height));
        }
        Assert.DoesNotContain(_fitting.Log, line => line.Contains("cannot be read"));
        var store = _fitting.Folder["store"];
        Assert.Equal(new[] { Path.GetFileName(fitted.StoreFolder), "shots" }.Order(StringComparer.Ordinal),
            Directory.GetFileSystemEntries(store).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.All(Directory.GetFileSystemEntries(store, "*", SearchOption.AllDirectories),
            path => Assert.Matches(SafeName(), Path.GetFileName(path)));
        Assert.Equal(outside, Outside());
    }

    /// <summary>
    /// What lies in the test's folder beside the store and the CLIP model, which is made when it is first needed.
    /// </summary>
    private List<string> Outside() =>
        [.. Directory.GetFileSystemEntries(_fitting.Folder.Path, "*", SearchOption.AllDirectories)
        .Where(path => Path.GetRelativePath(_fitting.Folder.Path, path).Split('/', '\\')[0] is not ("store" or "clip"))
            .Order(StringComparer.Ordinal)];

    private List<string> WriteImages()
    {
        Directory.CreateDirectory(_fitting.Folder["hostile"]);
        using var pixel = new Image<Rgb24>(1, 1, new Rgb24(200, 30, 30));
        using var line = TestImages.Pattern(1, 300, seed: 1);
        using var pattern = TestImages.Pattern(20, 12, seed: 2);
        using var deep = new Image<L16>(9, 14, new L16(40_000));
        return
        [
            Write("pixel.png", stream => pixel.SaveAsPng(stream)),
            Write("line.png", stream => line.SaveAsPng(stream)),
            Write("palette.png", stream =>
                pattern.Save(stream, new PngEncoder { ColorType = PngColorType.Palette, BitDepth = PngBitDepth.Bit8 })),
            Write("deep.png", stream =>
                deep.Save(stream, new PngEncoder { ColorType = PngColorType.Grayscale, BitDepth = PngBitDepth.Bit16 })),
            Write("cmyk.jpg", stream => stream.Write(Convert.FromBase64String(TestImages.CmykJpeg))),
        ];
    }

    private string Write(string name, Action<Stream> write)
    {
        var path = _fitting.Folder[Path.Combine("hostile", name)];
        using var stream = File.Create(path);
        write(stream);
        return path;
    }

    [GeneratedRegex("^[a-z0-9.-]{1,100}$", RegexOptions.CultureInvariant)]
    private static partial Regex SafeName();
}
