using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

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
        ChooseKernels();
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

    /// <summary>
    /// An OpenBLAS older than the processor does not know its model and takes kernels of 2004, at a fifth of the speed. The
    /// instructions tell what the processor can do; a value the user has set stays.
    /// </summary>
    private static void ChooseKernels()
    {
        if (OperatingSystem.IsLinux() && Avx512F.IsSupported && Avx512BW.VL.IsSupported && Avx512DQ.VL.IsSupported && Avx512CD.VL.IsSupported)
            SetEnvironment("OPENBLAS_CORETYPE", "SkylakeX", 0);
        else if (OperatingSystem.IsLinux() && Avx2.IsSupported && Fma.IsSupported)
            SetEnvironment("OPENBLAS_CORETYPE", "Haswell", 0);
    }

    // Environment.SetEnvironmentVariable changes only .NET's copy, which native libraries do not see.
    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);
}
