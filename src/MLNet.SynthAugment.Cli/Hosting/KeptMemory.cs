using System.Runtime.InteropServices;

namespace MLNet.SynthAugment.Cli.Hosting;

/// <summary>
/// Keeps native memory that is freed for the next step. glibc by default gives larger pieces back to the system, which
/// clears and maps them page by page when the next step takes as much again: half of the time in which a small network
/// trains on a CPU (docs/performance.md).
/// </summary>
internal static class KeptMemory
{
    private const string Library = "libc.so.6";

    // mallopt(3).
    private const int TrimThreshold = -1;
    private const int TopPad = -2;
    private const int MmapThreshold = -3;

    private const int GrownAtOnce = 1 << 28;

    // What mallopt(3) names as the largest threshold; newer versions take any.
    private const int DocumentedThreshold = 1 << 25;

    /// <summary>Does so where the C library is glibc and the environment says nothing else.</summary>
    public static void Keep()
    {
        if (!OperatingSystem.IsLinux() || IsSetByEnvironment() || !NativeLibrary.TryLoad(Library, out var library)
            || !NativeLibrary.TryGetExport(library, "mallopt", out _))
            return;
        if (SetOption(MmapThreshold, int.MaxValue) == 0)
            _ = SetOption(MmapThreshold, DocumentedThreshold);
        _ = SetOption(TrimThreshold, int.MaxValue);
        _ = SetOption(TopPad, GrownAtOnce);
    }

    private static bool IsSetByEnvironment() => Environment.GetEnvironmentVariables().Keys.Cast<string>()
        .Any(name => name.StartsWith("MALLOC_", StringComparison.Ordinal) || name == "GLIBC_TUNABLES");

    [DllImport(Library, EntryPoint = "mallopt")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetOption(int option, int value);
}
