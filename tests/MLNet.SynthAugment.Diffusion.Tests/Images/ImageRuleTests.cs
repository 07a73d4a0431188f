using MLNet.SynthAugment.Diffusion.Images;
using MLNet.SynthAugment.Diffusion.ImageSets;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Metadata.Profiles.Exif;
using SixLabors.ImageSharp.PixelFormats;
using SixLabors.ImageSharp.Processing;
using SkiaSharp;

namespace MLNet.SynthAugment.Diffusion.Tests.Images;

/// <summary>
/// How image files become pixels: as ML.NET reads them, turned and composed as asked for, whatever their name says.
/// </summary>
public sealed class ImageRuleTests
{
    public static TheoryData<string> Formats => [.. EncodedImages.Formats];

    public static TheoryData<string, int> Orientations
    {
        get
        {
            var data = new TheoryData<string, int>();
            foreach (var format in new[] { "PNG", "JPEG", "WebP" })
            {
                for (var orientation = 1; orientation <= 8; orientation++)
                    data.Add(format, orientation);
            }
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void The_pixels_are_those_that_Skia_gives_to_MLNET(string format)
    {
        using var pattern = TestImages.Pattern(40, 24, 3);
        var content = EncodedImages.Encode(pattern, format);
        using var image = Decode(content);
        // MLImage.CreateFromStream does this.
        using var expected = SKBitmap.Decode(content);
        Assert.Equal((40, 24), (image.Width, image.Height));
        for (var y = 0; y < image.Height; y++)
        {
            for (var x = 0; x < image.Width; x++)
                Assert.Equal(expected.GetPixel(x, y) is var pixel
                    ? new Rgb24(pixel.Red, pixel.Green, pixel.Blue) : default, image[x, y]);
        }
    }

    [Theory]
    [MemberData(nameof(Orientations))]
    public void Images_are_turned_as_their_orientation_says(string format, int orientation)
    {
        using var stored = Quarters(48, 32);
        stored.Metadata.ExifProfile = new ExifProfile();
        stored.Metadata.ExifProfile.SetValue(ExifTag.Orientation, (ushort)orientation);
        using var image = Decode(EncodedImages.Encode(stored, format));
        using var expected = stored.Clone(context => context.AutoOrient());
        Assert.Equal((expected.Width, expected.Height), (image.Width, image.Height));
        TestImages.AssertClose(TestImages.Bytes(expected), TestImages.Bytes(image));
    }

    [Theory]
    [MemberData(nameof(Orientations))]
    public void As_stored_they_are_not_turned_and_told_of(string format, int orientation)
    {
        using var stored = Quarters(48, 32);
        stored.Metadata.ExifProfile = new ExifProfile();
        stored.Metadata.ExifProfile.SetValue(ExifTag.Orientation, (ushort)orientation);
        var decoder = new BoundedImageDecoder(reading: new ImageReading { Orientation = ImageOrientation.AsStored });
        Assert.True(decoder.TryExamine(EncodedImages.Encode(stored, format), out var image, out var reason), reason);
        using (image)
        {
            Assert.Equal((48, 32, orientation > 1, false),
                (image.Pixels.Width, image.Pixels.Height, image.StatesOrientation, image.IsTransparent));
            TestImages.AssertClose(TestImages.Bytes(stored), TestImages.Bytes(image.Pixels));
        }
    }

    [Fact]
    public void What_is_transparent_is_composed_on_the_ground_that_is_asked_for()
    {
        using var drawing = new Image<Rgba32>(16, 16, new Rgba32(0, 0, 0, 0));
        (drawing[3, 4], drawing[5, 6]) = (new Rgba32(0, 0, 0, 255), new Rgba32(200, 0, 0, 128));
        var decoder = new BoundedImageDecoder(reading: new ImageReading { Ground = Color.FromRgb(10, 100, 255) });
        Assert.True(decoder.TryExamine(EncodedImages.Encode(drawing, "PNG"), out var image, out var reason), reason);
        using (image)
        {
            Assert.True(image.IsTransparent);
            Assert.Equal((new Rgb24(10, 100, 255), new Rgb24(0, 0, 0)), (image.Pixels[0, 0], image.Pixels[3, 4]));
            Assert.InRange(image.Pixels[5, 6].R, 104, 106);
            Assert.InRange(image.Pixels[5, 6].G, 49, 51);
            Assert.InRange(image.Pixels[5, 6].B, 126, 128);
        }
    }

    [Theory]
    [InlineData(0, 0, 0, 0, 255, 255, 255)]
    [InlineData(0, 0, 0, 128, 127, 127, 127)]
    [InlineData(100, 50, 0, 128, 227, 177, 127)]
    [InlineData(1, 2, 3, 255, 1, 2, 3)]
    public void Multiplied_pixels_get_the_ground_added(
        byte red, byte green, byte blue, byte alpha, byte wantedRed, byte wantedGreen, byte wantedBlue)
    {
        using var image = AlphaPixels.Compose([red, green, blue, alpha], 1, 1, PixelOrder.Rgba, Color.White, out var isTransparent);
        Assert.Equal((new Rgb24(wantedRed, wantedGreen, wantedBlue), alpha < 255), (image[0, 0], isTransparent));
    }

    [Fact]
    public void Pixels_that_users_have_filled_need_not_be_multiplied()
    {
        // Blue, green, red, alpha: one pixel's blue is more than its alpha.
        using var straight = AlphaPixels.Compose([255, 0, 0, 128, 40, 30, 20, 255], 2, 1, PixelOrder.Bgra, Color.White, out var isTransparent);
        Assert.Equal((new Rgb24(127, 127, 255), new Rgb24(20, 30, 40), true),
            (straight[0, 0], straight[1, 0], isTransparent));
        // Cameras leave the fourth byte empty.
        using var unused = AlphaPixels.Compose([255, 0, 0, 0, 40, 30, 20, 0], 2, 1, PixelOrder.Bgra, Color.White, out isTransparent);
        Assert.Equal((new Rgb24(0, 0, 255), new Rgb24(20, 30, 40), false), (unused[0, 0], unused[1, 0], isTransparent));
    }

    [Fact]
    public void Grounds_have_names()
    {
        Assert.Equal(["#000000", "#FF0000", "#0A64FF"],
            new[] { "black", "#f00", "0A64FF" }.Select(text => ImageReading.NameOf(ImageReading.ParseGround(text))));
        Assert.Contains("'blakc' is no colour: give #RRGGBB",
            Assert.Throws<ArgumentException>(() => ImageReading.ParseGround("blakc")).Message);
        Assert.Contains("must be opaque, not #00000080",
            Assert.Throws<ArgumentException>(() => ImageReading.ParseGround("#00000080")).Message);
    }

    [Theory]
    [InlineData("PNG")]
    [InlineData("WebP")]
    [InlineData("ICO")]
    public void What_is_transparent_is_composed_on_white(string format)
    {
        using var drawing = new Image<Rgba32>(16, 16, new Rgba32(0, 0, 0, 0));
        (drawing[3, 4], drawing[5, 6]) = (new Rgba32(0, 0, 0, 255), new Rgba32(200, 0, 0, 128));
        using var image = Decode(EncodedImages.Encode(drawing, format));
        Assert.Equal(new Rgb24(255, 255, 255), image[0, 0]);
        Assert.Equal(new Rgb24(0, 0, 0), image[3, 4]);
        Assert.InRange(image[5, 6].R, 226, 228);
        Assert.InRange(image[5, 6].G, 126, 128);
    }

    [Fact]
    public void Of_an_icon_the_largest_picture_counts()
    {
        using var small = new Image<Rgb24>(16, 16, new Rgb24(255, 0, 0));
        using var large = new Image<Rgb24>(48, 48, new Rgb24(0, 0, 255));
        using var image = Decode(EncodedImages.Icon(small, large));
        Assert.Equal((48, new Rgb24(0, 0, 255)), (image.Width, image[7, 7]));
    }

    [Theory]
    [InlineData("II*\0....", "TIFF")]
    [InlineData("MM\0*....", "TIFF")]
    [InlineData("\0\0\0\u0018ftypheic....", "HEIC")]
    [InlineData("\0\0\0\u0018ftypmif1....", "HEIC")]
    [InlineData("\0\0\0\u0018ftypavif....", "AVIF")]
    [InlineData("\0\0\0\u0018ftypmp42....", "a video")]
    [InlineData("P6\n8 8\n255\n", "PPM")]
    [InlineData("8BPS....", "Photoshop")]
    [InlineData("\u00ff\u000a....", "JPEG XL")]
    [InlineData("\0\0\0\u000cjP  ....", "JPEG 2000")]
    [InlineData("qoif....", "QOI")]
    [InlineData("\0\0\u0002\0....", "a cursor")]
    [InlineData("<?xml version='1.0'?>\n<svg xmlns='http://www.w3.org/2000/svg'/>", "SVG")]
    public void Other_formats_are_refused_by_name_with_what_to_do(string content, string name)
    {
        var reason = ReasonFor(content);
        Assert.Contains(name, reason);
        Assert.EndsWith("convert it to one of PNG, JPEG, GIF, BMP, WebP and ICO", reason);
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("\u00ef\u00bb\u00bf<!DOCTYPE html><title>404</title>", "web page")]
    [InlineData("version https://git-lfs.github.com/spec/v1\noid sha256:0", "git lfs pull")]
    [InlineData("%PDF-1.7", "PDF")]
    [InlineData("PK\u0003\u0004", "unpack it")]
    [InlineData("some text", "no image of a known format")]
    public void Files_that_are_no_images_are_refused_by_what_they_are(string content, string reason) =>
        Assert.Contains(reason, ReasonFor(content));

    private static string ReasonFor(string content)
    {
        Assert.False(BoundedImageDecoder.Default.TryDecode(
            System.Text.Encoding.Latin1.GetBytes(content), out _, out var reason));
        return reason;
    }

    // A colour for each quarter, so that every way to turn it gives another picture.
    private static Image<Rgb24> Quarters(int width, int height)
    {
        Rgb24[] colours = [new(250, 10, 10), new(10, 250, 10), new(10, 10, 250), new(250, 250, 10)];
        var pixels = Enumerable.Range(0, width * height)
            .Select(i => colours[(i % width * 2 / width) + (2 * (i / width * 2 / height))]).ToArray();
        return Image.LoadPixelData<Rgb24>(pixels, width, height);
    }

    private static Image<Rgb24> Decode(byte[] content)
    {
        Assert.True(BoundedImageDecoder.Default.TryDecode(content, out var image, out var reason), reason);
        return image;
    }
}
