using System.Diagnostics;
using System.Globalization;

namespace MLNet.SynthAugment.Benchmarks;

/// <summary>Memory of this process, native memory included.</summary>
internal static class ProcessMemory
{
    private const string LinuxStatus = "/proc/self/status";

    /// <summary>Bytes resident now.</summary>
    public static long Resident() => Environment.WorkingSet;

    /// <summary>The most bytes that were ever resident.</summary>
    public static long Peak()
    {
        if (!File.Exists(LinuxStatus))
            return Process.GetCurrentProcess().PeakWorkingSet64;
        var line = File.ReadLines(LinuxStatus).First(text => text.StartsWith("VmHWM:", StringComparison.Ordinal));
        return 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }
}
