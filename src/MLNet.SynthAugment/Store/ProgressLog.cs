using System.Diagnostics;
using System.Globalization;

namespace MLNet.SynthAugment.Store;

/// <summary>Tells how far work is, how fast it goes and how long it will take, a few times a minute.</summary>
internal sealed class ProgressLog(string things, long total, Action<string> log)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private TimeSpan _nextReport = Interval;

    /// <summary>Reports if the last report is long ago, or the work is done.</summary>
    public void Report(long done)
    {
        var elapsed = _watch.Elapsed;
        if (done < total && elapsed < _nextReport)
            return;
        _nextReport = elapsed + Interval;
        var rate = done / Math.Max(elapsed.TotalSeconds, 1e-3);
        var remaining = TimeSpan.FromSeconds((total - done) / Math.Max(rate, 1e-9));
        log(string.Create(CultureInfo.InvariantCulture, $"{done} of {total} {things}, {rate:0.##} a second, {Describe(remaining)} left."));
    }

    /// <summary>A duration in the two largest of its units.</summary>
    public static string Describe(TimeSpan time) => time switch
    {
        { TotalHours: >= 1 } => $"{(long)time.TotalHours} h {time.Minutes} min",
        { TotalMinutes: >= 1 } => $"{time.Minutes} min {time.Seconds} s",
        _ => $"{time.Seconds} s",
    };
}
