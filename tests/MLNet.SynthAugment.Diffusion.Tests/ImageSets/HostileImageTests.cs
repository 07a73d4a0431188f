using System.Buffers.Binary;
using MLNet.SynthAugment.Diffusion.ImageSets;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats;
using SixLabors.ImageSharp.Formats.Gif;
using SixLabors.ImageSharp.Formats.Jpeg;
using SixLabors.ImageSharp.Formats.Png;
using SixLabors.ImageSharp.Formats.Webp;
using SixLabors.ImageSharp.PixelFormats;

namespace MLNet.SynthAugment.Diffusion.Tests.ImageSets;

/// <summary>Images that are unusual, damaged or meant to harm.</summary>
public sealed class HostileImageTests
{
    // Two frames of 4×4 pixels: red, then blue.
    private const string AnimatedGif =
        "R0lGODlhBAAEAPAAAP8AAAAAACH5BAAFAAAAIf8LTkVUU0NBUEUyLjADAQAAACwAAAAABAAEAAACBISPCQUAIfkEAAUAAAAsAAAAAAQABACAAAD/AAAAAgSEjwkFADs=";

    private static readonly Rgb24 s_red = new(254, 0, 0);

    [Theory]
    [InlineData(TestImages.CmykJpeg, 8)]
    [InlineData(AnimatedGif, 4)]
    public void ACmykJpegIsConvertedAndOfAnAnimationTheFirstFrameCounts(string base64, int side)
    {
        using var image = Decode(Convert.FromBase64String(base64));
        Assert.Equal((side, side), (image.Width, image.Height));
        Assert.InRange(image[side - 1, side - 1].R, 250, 255);
        Assert.InRange(image[side - 1, side - 1].B, 0, 5);
    }

    [Fact]
    public void SixteenBitAndPaletteImagesBecomeEightBitColours()
    {
        using (var deep = new Image<Rgb48>(5, 3, new Rgb48(65535, 257 * 128, 0)))
        using (var image = Decode(Encode(deep, new PngEncoder { ColorType = PngColorType.Rgb, BitDepth = PngBitDepth.Bit16 })))
            Assert.Equal(new Rgb24(255, 128, 0), image[4, 2]);
        using var flat = new Image<Rgb24>(5, 3, s_red);
        using var palette = Decode(Encode(flat, new PngEncoder { ColorType = PngColorType.Palette, BitDepth = PngBitDepth.Bit8 }));
        Assert.Equal(s_red, palette[4, 2]);
    }

    [Fact]
    public void AnImageOfOnePixelIsAnImage()
    {
        using var pixel = new Image<Rgb24>(1, 1, s_red);
        using var image = Decode(Encode(pixel, new PngEncoder()));
        Assert.Equal(s_red, image[0, 0]);
    }

    [Theory]
    [InlineData(15_000)]
    [InlineData(20_000)]
    public void ImagesOfFarTooManyPixelsAreRefusedBeforeAnyIsDecoded(int side)
    {
        using var small = new Image<Rgb24>(2, 2);
        var png = Encode(small, new PngEncoder());
        // The header's size, and its checksum.
        BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(16), side);
        BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(20), side);
        BinaryPrimitives.WriteUInt32BigEndian(png.AsSpan(29), Crc(png.AsSpan(12, 17)));
        var before = GC.GetAllocatedBytesForCurrentThread();
        var reason = ReasonFor(png);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
        // ImageMagick, behind the stand-in, has a limit of its own at 16,000.
        Assert.True(side > 16_000 ? reason is not null : reason == "its 15000 × 15000 pixels are more than the 64000000 allowed", reason);
    }

    [Fact]
    public void FilesThatBreakOffAreRefusedInEveryFormat()
    {
        using var image = new Image<Rgb24>(64, 64);
        for (var i = 0; i < 64; i++)
            image[i, i * i % 64] = s_red;
        foreach (IImageEncoder encoder in (IImageEncoder[])[new PngEncoder(), new JpegEncoder(), new GifEncoder(), new WebpEncoder()])
        {
            var whole = Encode(image, encoder);
            Assert.Null(ReasonFor(whole));
            foreach (var share in new[] { 0.98, 0.7, 0.3 })
                Assert.False(ReasonFor(whole[..(int)(whole.Length * share)]) is null, $"{encoder.GetType().Name}, {share} of the file");
        }
    }

    [Fact]
    public void WhatIsNoImageIsRefusedWithAReason()
    {
        Assert.Equal("it is empty", ReasonFor([]));
        Assert.NotNull(ReasonFor("<svg xmlns='http://www.w3.org/2000/svg'/>"u8.ToArray()));
        Assert.NotNull(ReasonFor(new byte[100]));
        Assert.NotNull(ReasonFor([0xFF, 0xD8, 0xFF]));
    }

    private static Image<Rgb24> Decode(byte[] content)
    {
        Assert.True(BoundedImageDecoder.Default.TryDecode(content, out var image, out var reason), reason);
        return image!;
    }

    private static string? ReasonFor(byte[] content)
    {
        if (!BoundedImageDecoder.Default.TryDecode(content, out var image, out var reason))
            return reason;
        image.Dispose();
        return null;
    }

    private static byte[] Encode(Image image, IImageEncoder encoder)
    {
        using var stream = new MemoryStream();
        image.Save(stream, encoder);
        return stream.ToArray();
    }

    /// <summary>The checksum of PNG chunks (CRC-32, reflected).</summary>
    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc >> 1) ^ (0xEDB88320 & (0 - (crc & 1)));
        }
        return ~crc;
    }
}
