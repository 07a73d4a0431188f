namespace MLNet.SynthAugment.Diffusion.Tests.Weights;

/// <summary>
/// Processor time and managed memory that a piece of work takes; other work on the machine does not count.
/// </summary>
internal readonly struct Cost
{
    private readonly TimeSpan _time;
    private readonly long _bytes;

    private Cost(TimeSpan time, long bytes) => (_time, _bytes) = (time, bytes);

    public static Cost Start() => new(Environment.CpuUsage.TotalTime, GC.GetAllocatedBytesForCurrentThread());

    /// <summary>Fails if the work since the start took more.</summary>
    public void AssertBelow(double seconds, long bytes, string what)
    {
        var (time, allocated) = (Environment.CpuUsage.TotalTime - _time,
            GC.GetAllocatedBytesForCurrentThread() - _bytes);
        Assert.True(time.TotalSeconds < seconds, $"{what}: {time.TotalSeconds:f2} s of processor time");
        Assert.True(allocated < bytes, $"{what}: {allocated:n0} bytes");
    }
}
