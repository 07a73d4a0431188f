using System.Diagnostics;
using System.Globalization;
using MLNet.SynthAugment.Diffusion.Training;

namespace MLNet.SynthAugment.Logging;

/// <summary>Tells how training goes, a few times a minute and at its end.</summary>
internal sealed class TrainingLog(Action<string> log) : IProgress<TrainingProgress>
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly Stopwatch _sinceLast = Stopwatch.StartNew();

    public void Report(TrainingProgress value)
    {
        if (value.Step < value.Steps && _sinceLast.Elapsed < Interval)
            return;
        _sinceLast.Restart();
        log(string.Create(CultureInfo.InvariantCulture,
            $"Training step {value.Step} of {value.Steps}, loss {value.Loss:0.0000}, {value.StepsPerSecond:0.##} steps a second, {ProgressLog.Describe(value.Remaining)} left."));
    }
}
