namespace MLNet.SynthAugment.Diffusion.Tests;

/// <summary>The most memory of this process, native memory included, while something runs.</summary>
internal static class PeakMemory
{
    /// <summary>Bytes above those before the run, watched by a thread of its own.</summary>
    public static double During(Action action)
    {
        var before = ResidentMemory.Bytes();
        var peak = before;
        using var done = new ManualResetEventSlim();
        var watcher = new Thread(() =>
        {
            do peak = Math.Max(peak, Environment.WorkingSet);
            while (!done.Wait(TimeSpan.FromMilliseconds(1)));
        });
        watcher.Start();
        action();
        done.Set();
        watcher.Join();
        return peak - before;
    }
}
