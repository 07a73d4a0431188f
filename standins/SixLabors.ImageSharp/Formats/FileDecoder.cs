using System.Runtime.InteropServices;
using SixLabors.ImageSharp.Formats.Jpeg;
using SixLabors.ImageSharp.Formats.Png;
using SixLabors.ImageSharp.Memory;
using SixLabors.ImageSharp.Metadata;
using SixLabors.ImageSharp.Metadata.Profiles.Exif;
using SixLabors.ImageSharp.PixelFormats;
using SixLabors.ImageSharp.Processing;
using StandIns.ImageMagick;

namespace SixLabors.ImageSharp.Formats;

/// <summary>Reads encoded images through ImageMagick, with the exceptions of the real library.</summary>
internal static class FileDecoder
{
    internal static ImageFileFormat Detect(ReadOnlySpan<byte> encoded) =>
        ImageFileFormats.Detect(encoded) ?? throw new UnknownImageFormatException("Image cannot be loaded. No known image format starts with these bytes.");

    internal static ImageInfo Identify(ReadOnlySpan<byte> encoded)
    {
        var format = Detect(encoded);
        var header = ReadHeader(encoded, format);
        var metadata = new ImageMetadata { DecodedImageFormat = ImageFormatManager.Of(format), ExifProfile = Exif(header.Orientation) };
        AddFormatMetadata(metadata, encoded, format, header);
        var channels = header.HasAlpha ? 4 : 3;
        return new ImageInfo(new PixelTypeInfo(channels * (header.BitDepth > 8 ? 16 : 8)), new Size(header.Width, header.Height), metadata);
    }

    /// <summary>Decodes to the pixel type that the file suggests.</summary>
    internal static Image Decode(DecoderOptions options, ReadOnlySpan<byte> encoded)
    {
        var format = Detect(encoded);
        if (format == ImageFileFormat.Jpeg)
            return Decode<Rgb24>(options, encoded);
        if (format != ImageFileFormat.Png || PngHeader.Read(encoded) is not { } png)
            return Decode<Rgba32>(options, encoded);
        var is16Bit = png.BitDepth == PngBitDepth.Bit16;
        return (png.ColorType, png.HasTransparencyChunk) switch
        {
            (PngColorType.Grayscale, false) => is16Bit ? Decode<L16>(options, encoded) : Decode<L8>(options, encoded),
            (PngColorType.Grayscale or PngColorType.GrayscaleWithAlpha, _) => is16Bit ? Decode<La32>(options, encoded) : Decode<La16>(options, encoded),
            (PngColorType.Rgb, false) => is16Bit ? Decode<Rgb48>(options, encoded) : Decode<Rgb24>(options, encoded),
            _ => is16Bit ? Decode<Rgba64>(options, encoded) : Decode<Rgba32>(options, encoded),
        };
    }

    internal static Image<TPixel> Decode<TPixel>(DecoderOptions options, ReadOnlySpan<byte> encoded)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        var format = Detect(encoded);
        var announced = ReadHeader(encoded, format);
        var image = DecodePixels<TPixel>(options.Configuration, encoded, format, announced);
        image.Metadata.DecodedImageFormat = ImageFormatManager.Of(format);
        AddFormatMetadata(image.Metadata, encoded, format, announced);
        if (options.SkipMetadata)
            image.Metadata.ExifProfile = null;
        if (options.TargetSize is { } target && target != image.Size)
            image.Mutate(context => context.Resize(new ResizeOptions { Size = target, Mode = ResizeMode.Max }));
        return image;
    }

    private static ImageHeader ReadHeader(ReadOnlySpan<byte> encoded, ImageFileFormat format)
    {
        try
        {
            return ImageReader.Identify(encoded, format);
        }
        catch (MagickException exception)
        {
            throw new InvalidImageContentException($"The header of this {format} file is damaged: {exception.Message}", exception);
        }
    }

    private static Image<TPixel> DecodePixels<TPixel>(Configuration configuration, ReadOnlySpan<byte> encoded, ImageFileFormat format, ImageHeader announced)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        try
        {
            configuration.MemoryAllocator.ThrowIfOverLimit<TPixel>(announced.Width, announced.Height);
            using var reader = ImageReader.Open(encoded, format);
            // The real library loads what there is of a truncated JPEG, WebP or GIF, but refuses a damaged PNG or BMP.
            if (reader.Warning is { } warning && format is ImageFileFormat.Png or ImageFileFormat.Bmp)
                throw new MagickException(warning);
            var buffer = PixelBuffer<TPixel>.Allocate(configuration, reader.Width, reader.Height);
            if (announced.BitDepth > 8)
                PixelConversion.Convert<Rgba64, TPixel>(MemoryMarshal.Cast<ushort, Rgba64>(reader.Samples<ushort>("RGBA")), buffer.Pixels);
            else
                PixelConversion.Convert<Rgba32, TPixel>(MemoryMarshal.Cast<byte, Rgba32>(reader.Samples<byte>("RGBA")), buffer.Pixels);
            return new Image<TPixel>(configuration, buffer, new ImageMetadata { ExifProfile = Exif(reader.Orientation()) });
        }
        catch (Exception exception) when (exception is MagickException or InvalidMemoryOperationException)
        {
            throw new InvalidImageContentException($"This {format} file of {announced.Width}x{announced.Height} pixels cannot be decoded: {exception.Message}", exception);
        }
    }

    private static ExifProfile? Exif(int orientation)
    {
        if (orientation == ExifOrientationMode.Unknown)
            return null;
        var profile = new ExifProfile();
        profile.SetValue(ExifTag.Orientation, (ushort)orientation);
        return profile;
    }

    private static void AddFormatMetadata(ImageMetadata metadata, ReadOnlySpan<byte> encoded, ImageFileFormat format, ImageHeader header)
    {
        if (format == ImageFileFormat.Png && PngHeader.Read(encoded) is { } png)
        {
            var pngMetadata = metadata.GetPngMetadata();
            (pngMetadata.BitDepth, pngMetadata.ColorType) = (png.BitDepth, png.ColorType);
        }
        if (format == ImageFileFormat.Jpeg)
        {
            var jpegMetadata = metadata.GetJpegMetadata();
            jpegMetadata.Quality = Math.Clamp(header.Quality, 1, 100);
            jpegMetadata.ColorType = JpegEncoder.ColorTypeOf(header.SamplingFactor, components: header.SamplingFactor?.Split(',').Length ?? 3);
        }
    }
}
