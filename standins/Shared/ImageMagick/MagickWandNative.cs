using System.Runtime.InteropServices;

namespace StandIns.ImageMagick;

/// <summary>The functions used of MagickWand 6 (the Q16 build). <c>MagickBooleanType</c> is a C int.</summary>
internal static partial class MagickWandNative
{
    internal const string LibraryName = "MagickWand-6.Q16";

    [LibraryImport(LibraryName)]
    internal static partial void MagickWandGenesis();

    [LibraryImport(LibraryName)]
    internal static partial int MagickSetResourceLimit(MagickResource type, ulong limit);

    [LibraryImport(LibraryName)]
    internal static partial nint NewMagickWand();

    [LibraryImport(LibraryName)]
    internal static partial nint DestroyMagickWand(nint wand);

    [LibraryImport(LibraryName)]
    internal static partial nint MagickRelinquishMemory(nint resource);

    [LibraryImport(LibraryName)]
    internal static partial nint MagickGetException(MagickWand wand, out int severity);

    [LibraryImport(LibraryName, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int MagickSetFilename(MagickWand wand, string filename);

    [LibraryImport(LibraryName)]
    internal static unsafe partial int MagickPingImageBlob(MagickWand wand, byte* blob, nuint length);

    [LibraryImport(LibraryName)]
    internal static unsafe partial int MagickReadImageBlob(MagickWand wand, byte* blob, nuint length);

    [LibraryImport(LibraryName)]
    internal static unsafe partial byte* MagickGetImageBlob(MagickWand wand, out nuint length);

    [LibraryImport(LibraryName, StringMarshalling = StringMarshalling.Utf8)]
    internal static unsafe partial int MagickConstituteImage(MagickWand wand, nuint columns, nuint rows, string map, MagickStorage storage, void* pixels);

    [LibraryImport(LibraryName, StringMarshalling = StringMarshalling.Utf8)]
    internal static unsafe partial int MagickExportImagePixels(MagickWand wand, nint x, nint y, nuint columns, nuint rows, string map, MagickStorage storage, void* pixels);

    [LibraryImport(LibraryName)]
    internal static partial nuint MagickGetImageWidth(MagickWand wand);

    [LibraryImport(LibraryName)]
    internal static partial nuint MagickGetImageHeight(MagickWand wand);

    [LibraryImport(LibraryName)]
    internal static partial nuint MagickGetImageDepth(MagickWand wand);

    [LibraryImport(LibraryName)]
    internal static partial int MagickGetImageAlphaChannel(MagickWand wand);

    [LibraryImport(LibraryName)]
    internal static partial MagickColorspace MagickGetImageColorspace(MagickWand wand);

    [LibraryImport(LibraryName)]
    internal static partial int MagickTransformImageColorspace(MagickWand wand, MagickColorspace colorspace);

    [LibraryImport(LibraryName)]
    internal static partial nuint MagickGetImageCompressionQuality(MagickWand wand);

    [LibraryImport(LibraryName, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint MagickGetImageProperty(MagickWand wand, string property);

    [LibraryImport(LibraryName, StringMarshalling = StringMarshalling.Utf8)]
    internal static unsafe partial int MagickSetImageProfile(MagickWand wand, string name, byte* profile, nuint length);

    [LibraryImport(LibraryName, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int MagickSetOption(MagickWand wand, string key, string value);

    [LibraryImport(LibraryName, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int MagickSetImageArtifact(MagickWand wand, string key, string value);

    [LibraryImport(LibraryName, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int MagickSetImageFormat(MagickWand wand, string format);

    [LibraryImport(LibraryName)]
    internal static partial int MagickSetImageOrientation(MagickWand wand, int orientation);

    [LibraryImport(LibraryName)]
    internal static partial int MagickSetImageCompressionQuality(MagickWand wand, nuint quality);

    [LibraryImport(LibraryName)]
    internal static partial int MagickResizeImage(MagickWand wand, nuint columns, nuint rows, MagickFilter filter, double blur);

    [LibraryImport(LibraryName)]
    internal static partial int MagickGaussianBlurImage(MagickWand wand, double radius, double sigma);
}
