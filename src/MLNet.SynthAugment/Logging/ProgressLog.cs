using System.Diagnostics;

namespace MLNet.SynthAugment.Logging;

/// <summary>
/// Writes to the log how far work has come, how fast it goes and how long the rest will take: after its first and its
/// last item, and between them at most once in five seconds.
/// </summary>
/// <param name="things">What is counted, such as <c>synthetic images</c>.</param>
/// <param name="total">How many there are.</param>
/// <param name="log">Takes the sentences.</param>
internal sealed class ProgressLog(string things, long total, Action<string> log)
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(5);

    private readonly Stopwatch _watch = new();
    private TimeSpan _nextReport;
    private long _doneAtStart;

    /// <summary>
    /// Receives each item when it is done. The rate counts from the first call on, so that what was done before an
    /// interruption, and preparations, are left out.
    /// </summary>
    /// <param name="done">How many items are done, those before an interruption included.</param>
    /// <param name="details">What else to say, if anything is said.</param>
    public void Report(long done, Func<string>? details = null)
    {
        var elapsed = _watch.Elapsed;
        if (done < total && elapsed < _nextReport)
            return;
        _nextReport = elapsed + s_interval;
        log($"{done} of {total} {things}{(details is null ? "" : $", {details()}")}{Rate(done, elapsed)}.");
        if (_watch.IsRunning)
            return;
        _doneAtStart = done;
        _watch.Start();
    }

    /// <summary>Writes the progress of a training.</summary>
    public static IProgress<TrainingProgress> OfTraining(Action<string> log) => new Training(log);

    /// <summary>A duration in the two largest of its units.</summary>
    public static string Describe(TimeSpan time) => time switch
    {
        { TotalHours: >= 1 } => $"{(long)time.TotalHours} h {time.Minutes} min",
        { TotalMinutes: >= 1 } => $"{time.Minutes} min {time.Seconds} s",
        _ => $"{time.Seconds} s",
    };

    private string Rate(long done, TimeSpan elapsed)
    {
        if (!_watch.IsRunning)
            return "";
        var rate = (done - _doneAtStart) / Math.Max(elapsed.TotalSeconds, 1e-3);
        var remaining = TimeSpan.FromSeconds((total - done) / Math.Max(rate, 1e-9));
        return string.Create(CultureInfo.InvariantCulture, $", {rate:0.##} a second, {Describe(remaining)} left");
    }

    // The number of steps is known with the first of them.
    private sealed class Training(Action<string> log) : IProgress<TrainingProgress>
    {
        private ProgressLog? _progress;

        public void Report(TrainingProgress value)
        {
            _progress ??= new ProgressLog("training steps", value.Steps, log);
            _progress.Report(
                value.Step, () => string.Create(CultureInfo.InvariantCulture, $"loss {value.Loss:0.0000}"));
        }
    }
}
