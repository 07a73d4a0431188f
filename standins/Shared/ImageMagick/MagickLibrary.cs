using System.Reflection;
using System.Runtime.InteropServices;

namespace StandIns.ImageMagick;

/// <summary>Starts the library once for the process: one thread an operation, no files on disk.</summary>
internal static class MagickLibrary
{
    // Debian 12 ships .so.6, later releases .so.7, of the same functions.
    private static readonly string[] _fileNames = ["libMagickWand-6.Q16.so.6", "libMagickWand-6.Q16.so.7"];

    private static readonly Lazy<bool> _started = new(Start);

    internal static void EnsureStarted() => _ = _started.Value;

    private static bool Start()
    {
        NativeLibrary.SetDllImportResolver(typeof(MagickLibrary).Assembly, Resolve);
        MagickWandNative.MagickWandGenesis();
        MagickWandNative.MagickSetResourceLimit(MagickResource.Thread, 1);
        MagickWandNative.MagickSetResourceLimit(MagickResource.Memory, 4UL << 30);
        MagickWandNative.MagickSetResourceLimit(MagickResource.Map, 0);
        MagickWandNative.MagickSetResourceLimit(MagickResource.Disk, 0);
        return true;
    }

    private static nint Resolve(string libraryName, Assembly assembly, DllImportSearchPath? searchPath)
    {
        if (libraryName != MagickWandNative.LibraryName)
            return 0;
        foreach (var fileName in _fileNames)
        {
            if (NativeLibrary.TryLoad(fileName, out var handle))
                return handle;
        }
        throw new DllNotFoundException(
            "The image stand-in needs ImageMagick's MagickWand library, which is not installed: run `apt-get install libmagickwand-6.q16-6`.");
    }
}
