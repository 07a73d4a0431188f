using System.Globalization;
using MLNet.SynthAugment.Pretraining;
using Spectre.Console;

namespace MLNet.SynthAugment.Cli.Pretrain;

/// <summary>Shows pretraining as progress bars on a terminal, as a line now and then in a log file.</summary>
internal static class PretrainConsole
{
    private static readonly TimeSpan s_lineInterval = TimeSpan.FromSeconds(30);

    /// <summary>Runs <paramref name="work"/> with somewhere to report to.</summary>
    public static void Show(Action<IProgress<PretrainingProgress>, Action<string>> work)
    {
        if (AnsiConsole.Profile.Capabilities.Interactive)
            AnsiConsole.Progress().Start(context => work(new Bars(context), AnsiConsole.WriteLine));
        else
            work(new Lines(), Console.WriteLine);
    }

    private static string Describe(PretrainingProgress report) => string.Create(
        CultureInfo.InvariantCulture, $"{report.Stage}: step {report.Step}, loss {report.Loss:f4}, "
            + $"{report.SamplesPerSecond:f0} images/s, {report.Remaining:hh\\:mm\\:ss} left");

    private sealed class Bars(ProgressContext context) : IProgress<PretrainingProgress>
    {
        private readonly Dictionary<string, ProgressTask> _tasks = [];

        public void Report(PretrainingProgress value)
        {
            if (!_tasks.TryGetValue(value.Stage, out var task))
                _tasks[value.Stage] = task = context.AddTask(value.Stage, maxValue: 1);
            task.Value = value.Fraction;
            task.Description = Markup.Escape(Describe(value));
        }
    }

    private sealed class Lines : IProgress<PretrainingProgress>
    {
        private DateTime _next;

        public void Report(PretrainingProgress value)
        {
            if (DateTime.UtcNow < _next)
                return;
            _next = DateTime.UtcNow + s_lineInterval;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{value.Fraction,4:p0} {Describe(value)}"));
        }
    }
}
