using System.Globalization;
using System.Runtime.InteropServices;

namespace MLNet.SynthAugment.TestSupport;

/// <summary>Memory of this process, native memory included.</summary>
internal static class ResidentMemory
{
    /// <summary>
    /// Bytes resident now, after garbage collection and without what the C library keeps of freed memory.
    /// </summary>
    public static long Bytes()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        ReturnFreedMemory();
        return Environment.WorkingSet;
    }

    /// <summary>The most bytes above the present that the process holds while something runs.</summary>
    public static long PeakDuring(Action action)
    {
        var before = Bytes();
        var peak = before;
        using var done = new ManualResetEventSlim();
        // A thread of its own: a timer waits for a thread of the pool, which the action may keep busy.
        var watcher = new Thread(() =>
        {
            do peak = Math.Max(peak, Environment.WorkingSet);
            while (!done.Wait(TimeSpan.FromMilliseconds(1)));
        });
        watcher.Start();
        try
        {
            action();
        }
        finally
        {
            done.Set();
            watcher.Join();
        }
        return peak - before;
    }

    /// <summary>
    /// Fails if resident memory keeps growing by more than some megabytes in so many rounds. What grows once and stays
    /// (a thread's stack, compiled code, a larger heap) is no leak, which grows again in every such stretch of rounds:
    /// so there are up to three.
    /// </summary>
    public static void AssertFlat(int warmUpRounds, int rounds, double megabytes, Action<int> round)
    {
        const int stretches = 3;
        var next = 0;
        Run(warmUpRounds);
        var grown = new List<double>();
        while (grown.Count < stretches)
        {
            var before = Bytes();
            Run(rounds);
            grown.Add((Bytes() - before) / (1024.0 * 1024.0));
            if (grown[^1] <= megabytes) return;
        }
        Assert.Fail(string.Create(CultureInfo.InvariantCulture,
            $"Resident memory grew by {grown[0]:F1}, {grown[1]:F1} and {grown[2]:F1} MB over {rounds} rounds each; {megabytes} MB are allowed."));

        void Run(int count)
        {
            for (var end = next + count; next < end; next++) round(next);
        }
    }

    // Else the memory of earlier tests hides that of the present one, or counts as its growth.
    private static void ReturnFreedMemory()
    {
        if (OperatingSystem.IsLinux() && NativeLibrary.TryLoad("libc.so.6", out var library)
            && NativeLibrary.TryGetExport(library, "malloc_trim", out _))
            _ = MallocTrim(0);
    }

    [DllImport("libc.so.6", EntryPoint = "malloc_trim")]
    private static extern int MallocTrim(nuint keptBytes);
}
