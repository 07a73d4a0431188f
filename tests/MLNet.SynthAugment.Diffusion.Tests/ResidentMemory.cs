using System.Globalization;
using System.Runtime.InteropServices;

namespace MLNet.SynthAugment.Diffusion.Tests;

/// <summary>Memory of this process, native memory included.</summary>
internal static class ResidentMemory
{
    /// <summary>Bytes resident now, after garbage collection and without what the C library keeps of freed memory.</summary>
    public static long Bytes()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        ReturnFreedMemory();
        return Environment.WorkingSet;
    }

    /// <summary>How many bytes above the present the process holds at most while something runs; looked at every millisecond.</summary>
    public static long PeakDuring(Action action)
    {
        var before = Bytes();
        var peak = before;
        using (new Timer(_ => InterlockedMax(ref peak, Environment.WorkingSet), null, 0, 1)) action();
        return Math.Max(peak, Environment.WorkingSet) - before;
    }

    /// <summary>Fails if resident memory grows by more than some megabytes between the first and the last rounds.</summary>
    public static void AssertFlat(int warmUpRounds, int rounds, double megabytes, Action<int> round)
    {
        for (var i = 0; i < warmUpRounds; i++) round(i);
        var before = Bytes();
        for (var i = 0; i < rounds; i++) round(warmUpRounds + i);
        var grown = (Bytes() - before) / (1024.0 * 1024.0);
        Assert.True(grown <= megabytes, string.Create(CultureInfo.InvariantCulture, $"Resident memory grew by {grown:F1} MB over {rounds} rounds; {megabytes} MB are allowed."));
    }

    // Else the memory of earlier tests hides that of the present one, or counts as its growth.
    private static void ReturnFreedMemory()
    {
        if (OperatingSystem.IsLinux() && NativeLibrary.TryLoad("libc.so.6", out var library) && NativeLibrary.TryGetExport(library, "malloc_trim", out _))
            _ = MallocTrim(0);
    }

    [DllImport("libc.so.6", EntryPoint = "malloc_trim")]
    private static extern int MallocTrim(nuint keptBytes);

    private static void InterlockedMax(ref long peak, long value)
    {
        for (var seen = Volatile.Read(ref peak); value > seen; seen = Volatile.Read(ref peak))
            Interlocked.CompareExchange(ref peak, value, seen);
    }
}
