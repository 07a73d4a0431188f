using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats;
using SixLabors.ImageSharp.Formats.Jpeg;
using SixLabors.ImageSharp.Formats.Png;
using SixLabors.ImageSharp.Memory;
using SixLabors.ImageSharp.Metadata.Profiles.Exif;
using SixLabors.ImageSharp.PixelFormats;
using SixLabors.ImageSharp.Processing;

namespace StandIns.Tests.ImageSharp;

public class CodecTests
{
    [Theory]
    [InlineData("png")]
    [InlineData("bmp")]
    public void Lossless_formats_keep_every_pixel(string extension)
    {
        using var image = Patterns.Colorful(33, 21);
        using var back = Image.Load<Rgb24>(Encode(image, extension));
        Assert.Equal(Patterns.PixelsOf(image), Patterns.PixelsOf(back));
        Assert.Equal(extension, back.Metadata.DecodedImageFormat!.Name, ignoreCase: true);
    }

    [Theory]
    [InlineData("jpg")]
    [InlineData("webp")]
    [InlineData("gif")]
    public void Lossy_formats_come_close(string extension)
    {
        using var image = new Image<Rgb24>(40, 24, new Rgb24(200, 100, 50));
        using var back = Image.Load<Rgb24>(Encode(image, extension));
        Assert.Equal(image.Size, back.Size);
        Assert.InRange(back[20, 12].R, 190, 210);
        Assert.InRange(back[20, 12].G, 90, 110);
        Assert.InRange(back[20, 12].B, 40, 60);
    }

    [Fact]
    public void Png_bytes_are_the_same_each_time()
    {
        using var image = Patterns.Colorful(64, 64);
        Assert.Equal(Encode(image, "png"), Encode(image.Clone(), "png"));
    }

    [Fact]
    public void Pixel_types_survive_png()
    {
        AssertSurvives(new Rgba32(1, 2, 3, 4));
        AssertSurvives(new L8(77));
        AssertSurvives(new La16(77, 12));
        AssertSurvives(new L16(12345));
        AssertSurvives(new Rgb48(1, 30000, 65535));
        AssertSurvives(new Rgba64(1, 30000, 65535, 40000));
    }

    [Fact]
    public void Png_depth_and_jpeg_quality_stick_unless_the_encoder_says_otherwise()
    {
        using var image = new Image<L8>(16, 16, new L8(255));
        using var bilevel = Image.Load<Rgb24>(Encode(image, new PngEncoder { ColorType = PngColorType.Grayscale, BitDepth = PngBitDepth.Bit1 }));
        Assert.Equal(PngBitDepth.Bit1, bilevel.Metadata.GetPngMetadata().BitDepth);
        using var kept = Image.Load<Rgb24>(Encode(bilevel, "png"));
        Assert.Equal(PngBitDepth.Bit1, kept.Metadata.GetPngMetadata().BitDepth);
        using var named = Image.Load(Encode(bilevel, new PngEncoder { ColorType = PngColorType.Rgb, BitDepth = PngBitDepth.Bit8 }));
        Assert.IsType<Image<Rgb24>>(named);

        using var jpeg = Image.Load<Rgb24>(Encode(Patterns.Colorful(32, 32), new JpegEncoder { Quality = 91, ColorType = JpegEncodingColor.YCbCrRatio444 }));
        Assert.Equal(91, jpeg.Metadata.GetJpegMetadata().Quality);
        using var again = Image.Load<Rgb24>(Encode(jpeg, "jpg"));
        Assert.Equal((91, JpegEncodingColor.YCbCrRatio444), (again.Metadata.GetJpegMetadata().Quality, again.Metadata.GetJpegMetadata().ColorType));
    }

    [Fact]
    public void Identify_tells_the_size_without_the_allocation_limit()
    {
        var file = Encode(new Image<Rgb24>(2000, 1500), "png");
        Assert.Equal(new Size(2000, 1500), Image.Identify(file).Size);
        var configuration = new Configuration { MemoryAllocator = MemoryAllocator.Create(new MemoryAllocatorOptions { AllocationLimitMegabytes = 4 }) };
        var options = new DecoderOptions { Configuration = configuration };
        Assert.Equal(new Size(2000, 1500), Image.Identify(options, file).Size);
        var refusal = Assert.Throws<InvalidImageContentException>(() => Image.Load<Rgb24>(options, file));
        Assert.Contains("2000x1500", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_that_are_no_images_are_refused()
    {
        Assert.Throws<UnknownImageFormatException>(() => Image.Load<Rgb24>("hello, world"u8));
        Assert.Throws<UnknownImageFormatException>(() => Image.Load<Rgb24>("<svg width='9' height='9'/>"u8));
        Assert.Throws<UnknownImageFormatException>(() => Image.Load<Rgb24>(new MemoryStream()));
        Assert.Throws<ArgumentNullException>(() => Image.Load<Rgb24>(Array.Empty<byte>()));
        Assert.Throws<FileNotFoundException>(() => Image.Load<Rgb24>(Path.Combine(Path.GetTempPath(), Path.GetRandomFileName())));
    }

    [Theory]
    [InlineData("png")]
    [InlineData("bmp")]
    public void Truncated_png_and_bmp_are_refused(string extension)
    {
        var file = Encode(Patterns.Colorful(100, 80), extension);
        foreach (var length in (int[])[20, file.Length / 2, file.Length - 20])
            Assert.Throws<InvalidImageContentException>(() => Image.Load<Rgb24>(file.AsSpan(0, length)));
    }

    [Fact]
    public void A_truncated_jpeg_loads()
    {
        var file = Encode(Patterns.Colorful(100, 80), "jpg");
        using var image = Image.Load<Rgb24>(file.AsSpan(0, file.Length / 2));
        Assert.Equal(new Size(100, 80), image.Size);
    }

    [Fact]
    public void Random_damage_never_brings_the_process_down()
    {
        var random = new Random(7);
        foreach (var extension in (string[])["png", "jpg", "gif", "bmp", "webp"])
        {
            var file = Encode(Patterns.Colorful(40, 30), extension);
            for (var trial = 0; trial < 60; trial++)
            {
                var damaged = (byte[])file.Clone();
                for (var i = 0; i < 4; i++)
                    damaged[random.Next(12, damaged.Length)] = (byte)random.Next(256);
                var options = new DecoderOptions
                {
                    Configuration = new Configuration { MemoryAllocator = MemoryAllocator.Create(new MemoryAllocatorOptions { AllocationLimitMegabytes = 16 }) },
                };
                try
                {
                    using var image = Image.Load<Rgb24>(options, damaged);
                    Assert.InRange(image.Width * (long)image.Height, 1, 16 << 20);
                }
                catch (ImageFormatException refused)
                {
                    Assert.NotEmpty(refused.Message);
                }
            }
        }
    }

    [Fact]
    public void The_orientation_is_kept_and_applied_only_on_demand()
    {
        using var image = new Image<Rgb24>(32, 16, new Rgb24(255, 255, 255));
        image.Metadata.ExifProfile = new ExifProfile();
        image.Metadata.ExifProfile.SetValue(ExifTag.Orientation, ExifOrientationMode.RightTop);
        using var loaded = Image.Load<Rgb24>(Encode(image, "jpg"));
        Assert.Equal(new Size(32, 16), loaded.Size);
        Assert.True(loaded.Metadata.ExifProfile!.TryGetValue(ExifTag.Orientation, out var orientation));
        Assert.Equal(ExifOrientationMode.RightTop, orientation.Value);

        loaded.Mutate(context => context.AutoOrient());
        Assert.Equal(new Size(16, 32), loaded.Size);
        Assert.True(loaded.Metadata.ExifProfile!.TryGetValue(ExifTag.Orientation, out var upright));
        Assert.Equal(ExifOrientationMode.TopLeft, upright.Value);
    }

    [Fact]
    public async Task Files_and_streams_work_asynchronously()
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".png");
        try
        {
            using var image = Patterns.Colorful(20, 10);
            await image.SaveAsync(path);
            using var fromFile = await Image.LoadAsync<Rgb24>(path);
            await using var stream = File.OpenRead(path);
            using var fromStream = await Image.LoadAsync<Rgb24>(stream);
            Assert.Equal(Patterns.PixelsOf(fromFile), Patterns.PixelsOf(fromStream));
            Assert.Equal("PNG", Image.DetectFormat(path).Name);
        }
        finally
        {
            File.Delete(path);
        }
        using var unsaved = new Image<Rgb24>(1, 1);
        Assert.Throws<UnknownImageFormatException>(() => unsaved.Save("image.xyz"));
    }

    private static void AssertSurvives<TPixel>(TPixel pixel)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        using var image = new Image<TPixel>(9, 5, pixel);
        using var back = Assert.IsType<Image<TPixel>>(Image.Load(Encode(image, "png")));
        Assert.Equal(pixel, back[4, 2]);
    }

    private static byte[] Encode(Image image, string extension)
    {
        Assert.True(Configuration.Default.ImageFormatsManager.TryFindFormatByFileExtension(extension, out var format));
        return Encode(image, Configuration.Default.ImageFormatsManager.GetEncoder(format!));
    }

    private static byte[] Encode(Image image, IImageEncoder encoder)
    {
        using var stream = new MemoryStream();
        image.Save(stream, encoder);
        return stream.ToArray();
    }
}
