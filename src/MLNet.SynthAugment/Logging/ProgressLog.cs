using System.Diagnostics;
using System.Globalization;

namespace MLNet.SynthAugment.Logging;

/// <summary>Tells how far work is, how fast it goes and how long it will take, a few times a minute.</summary>
internal sealed class ProgressLog(string things, long total, Action<string> log)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly Stopwatch _watch = new();
    private TimeSpan _nextReport;
    private long _doneAtStart;

    /// <summary>
    /// Reports if the last report is long ago, or the work is done. The rate counts from the first call on, so that
    /// training before it is left out.
    /// </summary>
    public void Report(long done)
    {
        var elapsed = _watch.Elapsed;
        if (done < total && elapsed < _nextReport)
            return;
        _nextReport = elapsed + Interval;
        log($"{done} of {total} {things}{Rate(done, elapsed)}.");
        if (_watch.IsRunning)
            return;
        _doneAtStart = done;
        _watch.Start();
    }

    private string Rate(long done, TimeSpan elapsed)
    {
        if (!_watch.IsRunning)
            return "";
        var rate = (done - _doneAtStart) / Math.Max(elapsed.TotalSeconds, 1e-3);
        var remaining = TimeSpan.FromSeconds((total - done) / Math.Max(rate, 1e-9));
        return string.Create(CultureInfo.InvariantCulture, $", {rate:0.##} a second, {Describe(remaining)} left");
    }

    /// <summary>A duration in the two largest of its units.</summary>
    public static string Describe(TimeSpan time) => time switch
    {
        { TotalHours: >= 1 } => $"{(long)time.TotalHours} h {time.Minutes} min",
        { TotalMinutes: >= 1 } => $"{time.Minutes} min {time.Seconds} s",
        _ => $"{time.Seconds} s",
    };
}
