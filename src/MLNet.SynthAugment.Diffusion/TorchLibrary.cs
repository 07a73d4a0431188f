using System.Runtime.InteropServices;

namespace MLNet.SynthAugment.Diffusion;

/// <summary>The native part of TorchSharp.</summary>
internal static class TorchLibrary
{
    private const string Name = "LibTorchSharp";

    private static bool s_isLoaded;

    // Scripts and notebooks use packages where they lie; TorchSharp then gathers their libraries in one folder by
    // itself.
    private static bool IsUsedFromPackage =>
        typeof(torch).Assembly.Location is { Length: > 0 } path
            && File.Exists(Path.Combine(path, "..", "..", "..", "torchsharp.nuspec"));

    /// <summary>
    /// Loads it, if that was not done. Called before the first use of <see cref="torch"/>, which would print a page of
    /// traces if it did not load.
    /// </summary>
    /// <exception cref="InvalidOperationException">It does not load; the message says why and what to do.</exception>
    public static void Load()
    {
        if (s_isLoaded || IsUsedFromPackage)
            return;
        try
        {
            NativeLibrary.Load(Name, typeof(torch).Assembly, searchPath: null);
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            throw new InvalidOperationException(Explain(e.Message), e);
        }
        s_isLoaded = true;
    }

    /// <summary>
    /// Makes a sentence for people of what the system's loader says. It says it in their language, but versions have
    /// the same names in all.
    /// </summary>
    internal static string Explain(string loaderMessage)
    {
        if (loaderMessage.Contains("GLIBC_", StringComparison.Ordinal))
            return "TorchSharp needs a newer C library (glibc) than this system has: run the program on Debian 12, "
                + "Ubuntu 22.04, RHEL 9 or newer.";
        if (loaderMessage.Contains("GLIBCXX_", StringComparison.Ordinal)
            || loaderMessage.Contains("CXXABI_", StringComparison.Ordinal))
        {
            return "TorchSharp needs a newer C++ run-time library (libstdc++) than this system has: build the "
                + "program with "
                + "-p:TorchSharpForOlderLinux=always, or run it on Debian 13, Ubuntu 24.04, RHEL 10 or newer.";
        }
        return "libtorch 2.10 was not found: the program's project has to reference the package TorchSharp-cpu, "
            + "TorchSharp-cuda-linux or "
            + "TorchSharp-cuda-windows, version 0.107.0, which are for Windows, Linux on x64 (glibc) and macOS "
            + "on arm64.";
    }
}
