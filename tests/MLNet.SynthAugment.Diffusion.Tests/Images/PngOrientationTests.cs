using System.Buffers.Binary;
using MLNet.SynthAugment.Diffusion.Images;
using SkiaSharp;

namespace MLNet.SynthAugment.Diffusion.Tests.Images;

/// <summary>The directory of an eXIf chunk as writers of all kinds spell it.</summary>
public class PngOrientationTests
{
    private const ushort Short = 3, Long = 4;

    [Theory]
    [InlineData(true, Short, false)]
    [InlineData(false, Short, false)]
    [InlineData(true, Long, false)]
    [InlineData(false, Long, false)]
    [InlineData(true, Short, true)]
    [InlineData(false, Long, true)]
    public void Either_byte_order_and_either_number_with_or_without_the_prefix_of_JPEG(
        bool isLittle, ushort type, bool hasPrefix) =>
        Assert.Equal(SKEncodedOrigin.RightTop, PngOrientation.Read(Png(isLittle, type, 6, hasPrefix)));

    [Theory]
    [InlineData(0)]
    [InlineData(9)]
    public void Other_numbers_say_nothing(int value) =>
        Assert.Null(PngOrientation.Read(Png(true, Short, value, false)));

    private static byte[] Png(bool isLittle, ushort type, int value, bool hasPrefix)
    {
        byte[] tiff = [.. isLittle
            ? "II"u8 : "MM"u8, .. Two(42), .. Four(8), .. Two(1), .. Two(0x0112), .. Two(type), .. Four(1),
            .. type == Short ? [.. Two((ushort)value), 0, 0] : Four((uint)value), .. Four(0)];
        byte[] exif = [.. hasPrefix ? "Exif\0\0"u8 : [], .. tiff];
        var length = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, exif.Length);
        return [0x89, .. "PNG\r\n\x1a\n"u8, .. length, .. "eXIf"u8, .. exif, 0, 0, 0, 0];

        byte[] Two(ushort number) => isLittle
            ? [(byte)number, (byte)(number >> 8)] : [(byte)(number >> 8), (byte)number];
        byte[] Four(uint number) => isLittle
            ? [.. Two((ushort)number), .. Two((ushort)(number >> 16))]
                : [.. Two((ushort)(number >> 16)), .. Two((ushort)number)];
    }
}
