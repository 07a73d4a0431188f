using System.Buffers.Binary;
using MLNet.SynthAugment.Diffusion.ImageSets;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats.Png;
using SixLabors.ImageSharp.PixelFormats;

namespace MLNet.SynthAugment.Diffusion.Tests.Images;

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
    public void A_CMYK_JPEG_is_converted_and_of_an_animation_the_first_frame_counts(string base64, int side)
    {
        using var image = Decode(Convert.FromBase64String(base64));
        Assert.Equal((side, side), (image.Width, image.Height));
        Assert.InRange(image[side - 1, side - 1].R, 250, 255);
        Assert.InRange(image[side - 1, side - 1].B, 0, 5);
    }

    [Fact]
    public void Sixteen_bit_and_palette_images_become_eight_bit_colours()
    {
        using (var deep = new Image<Rgb48>(5, 3, new Rgb48(65535, 257 * 128, 0)))
        using (var image = Decode(EncodedImages.Encode(deep, new PngEncoder { ColorType = PngColorType.Rgb, BitDepth = PngBitDepth.Bit16 })))
            Assert.Equal(new Rgb24(255, 128, 0), image[4, 2]);
        using var flat = new Image<Rgb24>(5, 3, s_red);
        using var palette = Decode(EncodedImages.Encode(flat, new PngEncoder { ColorType = PngColorType.Palette, BitDepth = PngBitDepth.Bit8 }));
        Assert.Equal(s_red, palette[4, 2]);
    }

    [Fact]
    public void An_image_of_one_pixel_is_an_image()
    {
        using var pixel = new Image<Rgb24>(1, 1, s_red);
        using var image = Decode(EncodedImages.Encode(pixel, new PngEncoder()));
        Assert.Equal(s_red, image[0, 0]);
    }

    [Fact]
    public void Images_of_far_too_many_pixels_are_refused_before_any_is_decoded()
    {
        using var small = new Image<Rgb24>(2, 2);
        var png = EncodedImages.Encode(small, new PngEncoder());
        // The header's size, and its checksum.
        BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(16), 20_000);
        BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(20), 20_000);
        BinaryPrimitives.WriteUInt32BigEndian(png.AsSpan(29), Crc(png.AsSpan(12, 17)));
        var peak = ResidentMemory.PeakDuring(
            () => Assert.Equal("its 20000 × 20000 pixels are more than the 64000000 allowed", ReasonFor(png)));
        Assert.InRange(peak, 0, 50e6);
    }

    [Fact]
    public void Files_that_break_off_are_refused_in_every_format()
    {
        using var image = new Image<Rgb24>(64, 64);
        for (var i = 0; i < 64; i++)
            image[i, i * i % 64] = s_red;
        foreach (var format in EncodedImages.Formats)
        {
            var whole = EncodedImages.Encode(image, format);
            Assert.Null(ReasonFor(whole));
            foreach (var share in new[] { 0.98, 0.7, 0.3 })
                Assert.False(ReasonFor(whole[..(int)(whole.Length * share)]) is null, $"{format}, {share} of the file");
        }
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
