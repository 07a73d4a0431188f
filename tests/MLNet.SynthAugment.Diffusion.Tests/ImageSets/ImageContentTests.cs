using System.Text;
using MLNet.SynthAugment.Diffusion.ImageSets;
using MLNet.SynthAugment.Diffusion.Tests.Images;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace MLNet.SynthAugment.Diffusion.Tests.ImageSets;

/// <summary>What a file of a set is, its content says.</summary>
public sealed class ImageContentTests : IDisposable
{
    private readonly ImageSetFixture _files = new();

    public ImageContentTests() => _files.AddFile("set/cat/0.png", [1]);

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData("PNG")]
    [InlineData("JPEG")]
    [InlineData("GIF")]
    [InlineData("BMP")]
    [InlineData("WebP")]
    [InlineData("ICO")]
    public void EveryFormatIsReadUnderAnyName(string format)
    {
        using var image = new Image<Rgb24>(8, 8, new Rgb24(200, 10, 10));
        var content = EncodedImages.Encode(image, format);
        foreach (var name in new[] { "noextension", "a.jfif", "b.heic", "c.dat", "d.txt", "e.JPE" })
            _files.AddFile($"set/dog/{name}", content);
        using var set = Open();
        Assert.Equal(6, set.Entries.Count(entry => entry.ClassName == "dog"));
        foreach (var entry in set.Entries.Where(entry => entry.ClassName == "dog"))
        {
            Assert.True(BoundedImageDecoder.Default.TryDecode(entry, out var decoded, out var reason), reason);
            decoded.Dispose();
        }
    }

    [Theory]
    [InlineData("1.heic", "\0\0\0\u0018ftypheic", "HEIC")]
    [InlineData("1", "\0\0\0\u0018ftypavif", "AVIF")]
    [InlineData("1.tif", "II*\0", "TIFF")]
    [InlineData("1.ppm", "P6\n8 8\n255\n", "PPM")]
    [InlineData("1", "P6 8 8 255\n", "PPM")]
    [InlineData("1.svg", "<?xml version='1.0'?>\n<svg>", "SVG")]
    [InlineData("1.jxl", "\u00FF\u000A", "JPEG XL")]
    [InlineData("1.tga", "anything", "no image of a known format")]
    [InlineData("1.avif", "", "it is empty")]
    [InlineData("1.heic", "version https://git-lfs.github.com/spec/v1", "git lfs pull")]
    public void FormatsThatAreNotReadAreNamedByClass(string name, string content, string expected)
    {
        _files.AddFile($"set/cat/{name}", Encoding.Latin1.GetBytes(content));
        using var set = Open();
        var leftOut = Assert.Single(set.LeftOut);
        Assert.Equal(("cat", $"cat/{name}"), (leftOut.ClassName, leftOut.Name));
        Assert.Contains(expected, leftOut.Reason);
    }

    [Theory]
    [InlineData("README", "BM is what bitmaps begin with, and P6 is what others do.")]
    [InlineData("README.md", "# Pets\n<img src='x.svg'> <svg></svg>")]
    [InlineData("1.txt", "BMW in the rain")]
    [InlineData("2.txt", "P6 is a car")]
    [InlineData("index.csv", "name,price")]
    [InlineData("Thumbs.db", "\u00D0\u00CF\u0011\u00E0")]
    [InlineData(".DS_Store", "\0\0\0\u0001Bud1")]
    [InlineData("desktop.ini", "[x]")]
    [InlineData("clip.mov", "\0\0\0\u0014ftypqt  ")]
    [InlineData("empty", "")]
    public void OtherFilesAreNotComplainedAbout(string name, string content)
    {
        _files.AddFile($"set/cat/{name}", Encoding.Latin1.GetBytes(content));
        _files.AddFile($"set/{name}", Encoding.Latin1.GetBytes(content));
        using var set = Open();
        Assert.Equal(["cat/0.png"], set.Entries.Select(entry => entry.Name));
        Assert.Empty(set.LeftOut);
    }

    [Fact]
    public void ClassesThatWouldVanishAreAnErrorThatNamesAllOfThem()
    {
        _files.AddFile("set/fig/0.ppm", "P6 1 1 255\n"u8.ToArray());
        _files.AddFile("set/fig/1.ppm", "P6 1 1 255\n"u8.ToArray());
        _files.AddFile("set/empty/.gitkeep", []);
        _files.AddFile("set/texts/1.txt", "a cat"u8.ToArray());
        _files.AddFile("set/docs/README.md", "about"u8.ToArray());
        Directory.CreateDirectory(_files.PathOf("set/Sanskrit/char01"));
        _files.AddFile("set/Sanskrit/char02/1.png", [1]);
        Directory.CreateDirectory(_files.PathOf("set/cat/more"));
        System.IO.Compression.ZipFile.CreateFromDirectory(_files.PathOf("set"), _files.PathOf("set.zip"));
        foreach (var path in new[] { _files.PathOf("set"), _files.PathOf("set.zip") })
        {
            var message = Assert.Throws<InvalidDataException>(() => ImageSetReader.Open(new(path))).Message;
            Assert.StartsWith("4 classes of ", message, StringComparison.Ordinal);
            Assert.Contains("'fig' (2 times: it is a PBM, PGM, PPM or PAM image", message);
            foreach (var name in new[] { "empty", "texts", "Sanskrit char01" })
                Assert.Contains($"'{name}' (no image lies in this folder)", message);
        }
    }

    private ImageSetReader Open() => ImageSetReader.Open(new(_files.PathOf("set")));
}
