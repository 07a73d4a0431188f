using Spectre.Console;

namespace MLNet.SynthAugment.Cli.Generate;

/// <summary>Where a run tells how it goes.</summary>
/// <param name="Log">Takes sentences on the progress.</param>
/// <param name="Warn">Takes sentences that should not be missed.</param>
/// <param name="Progress">Takes the number of images made.</param>
internal sealed record GenerateConsole(Action<string> Log, Action<string> Warn, IProgress<SynthesisProgress> Progress)
{
    /// <summary>Runs work with a progress bar on a terminal, and with lines in a log file.</summary>
    public static T Show<T>(Func<GenerateConsole, T> work)
    {
        if (!AnsiConsole.Profile.Capabilities.Interactive)
            return work(new GenerateConsole(
                Console.WriteLine, sentence => Console.WriteLine($"Warning: {sentence}"), new Unseen()));
        return AnsiConsole.Progress().Start(context =>
        {
            var bar = context.AddTask("Starting");
            return work(new GenerateConsole(
                sentence => bar.Description = Markup.Escape(sentence),
                sentence => AnsiConsole.MarkupLineInterpolated($"[yellow]Warning:[/] {sentence}"),
                new Bar(bar)));
        });
    }

    private sealed class Bar(ProgressTask task) : IProgress<SynthesisProgress>
    {
        public void Report(SynthesisProgress value)
        {
            task.MaxValue = value.Total;
            task.Value = value.Done;
        }
    }

    // The log's sentences tell it as well.
    private sealed class Unseen : IProgress<SynthesisProgress>
    {
        public void Report(SynthesisProgress value)
        {
        }
    }
}
