using System.Reflection;
using System.Runtime.InteropServices;

namespace TorchSharp.Interop;

/// <summary>Finds libtorch_standin.so beside the assembly, and sets what must be set before libtorch comes with it.</summary>
internal static partial class NativeLibraryLoader
{
    public const string Name = "libtorch_standin";

    public static void Register() => NativeLibrary.SetDllImportResolver(typeof(NativeLibraryLoader).Assembly, Resolve);

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath)
    {
        if (name != Name)
            return 0;
        PreventSpinning();
        var file = Path.Combine(AppContext.BaseDirectory, Name + ".so");
        if (!File.Exists(file))
            throw new DllNotFoundException($"{file} is missing: it is built with the TorchSharp stand-in, by eng/build-native.sh.");
        try
        {
            return NativeLibrary.Load(file);
        }
        catch (DllNotFoundException error)
        {
            throw new DllNotFoundException($"{file} needs libtorch, which could not be loaded; run eng/setup.sh, which installs it. ({error.Message})", error);
        }
    }

    /// <summary>
    /// OpenMP's and OpenBLAS's threads wait for each other by spinning. As soon as another process uses a core, a spinning
    /// thread keeps the one it waits for from running, and a convolution takes ten times as long. Both libraries read their
    /// settings when they are loaded; a value the user has set stays.
    /// </summary>
    private static void PreventSpinning()
    {
        if (!OperatingSystem.IsLinux())
            return;
        SetEnvironment("OMP_WAIT_POLICY", "passive", 0);
        SetEnvironment("OPENBLAS_THREAD_TIMEOUT", "4", 0);
    }

    // Environment.SetEnvironmentVariable changes only .NET's copy, which native libraries do not see.
    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);
}
