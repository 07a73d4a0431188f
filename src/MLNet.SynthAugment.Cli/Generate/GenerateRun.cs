using System.Diagnostics;
using Microsoft.ML;
using MLNet.SynthAugment.Cli.Hosting;
using MLNet.SynthAugment.Cli.Options;
using MLNet.SynthAugment.Cli.Shots;
using Spectre.Console;

namespace MLNet.SynthAugment.Cli.Generate;

/// <summary>One run: reads the shots, makes what the store lacks, writes the results.</summary>
internal sealed class GenerateRun(GenerateSettings settings, GenerateConsole console)
{
    /// <returns>The numbers of what was made.</returns>
    /// <exception cref="OperationCanceledException">The run was cancelled; what was finished is kept in the
    /// store.</exception>
    public GenerateReport Run(CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        GenerateResults.RequireFreeFolder(settings);
        SettingsFile.Write(settings.Out, settings);
        using var set = ImageSetReader.Open(
            ImageSetLocation.Parse(settings.Images) with { ZipEncoding = settings.ZipEncoding }, console.Warn);
        console.Log(set.Description);
        var shots = ShotChoice.Choose(set, settings.Shots, console.Warn, cancellationToken);
        using var annotations =
            new ShotAnnotations(settings.Captions, settings.Masks, settings.ZipEncoding, console.Warn);
        annotations.Validate(shots, console.Warn);
        WarnOfUnknownClasses(shots.Select(shot => shot.ClassName).ToHashSet());
        var ml = new MLContext();
        LibraryLog.PassOn(ml, "SynthesizeFewShot", console.Log, console.Warn);
        var transformer = ml.Transforms.SynthesizeFewShot(Options(cancellationToken))
            .Fit(ml.Data.LoadFromEnumerable(ShotRow.Of(shots, annotations)));
        console.Log("Writing the results.");
        return new GenerateResults(settings, shots, transformer).Write(watch.Elapsed, console.Log, cancellationToken);
    }

    private SynthesizeFewShotEstimator.Options Options(CancellationToken cancellationToken)
    {
        var kind = MethodSettings.FindKind(settings.Method);
        return new SynthesizeFewShotEstimator.Options
        {
            CaptionColumnName = settings.Captions is null ? null : nameof(ShotRow.Caption),
            MaskColumnName = settings.Masks is null ? null : nameof(ShotRow.Mask),
            ImagesPerClass = settings.PerClass,
            Balance = settings.Balance,
            Method = MethodSettings.Create(kind, settings.MethodSettings),
            Model = MethodSettings.ModelOf(settings.Model),
            Clip = settings.Clip is null ? null : ImageTextModel.FromFolder(settings.Clip),
            Selection = settings.Selection,
            ClassNames = settings.ClassNames,
            ImageOrientation = settings.Orientation,
            ImageGround = settings.Reading().Ground,
            StoreFolder = settings.Store,
            Seed = settings.Seed,
            BatchSize = settings.BatchSize,
            Device = settings.Device,
            Precision = settings.Precision,
            Progress = console.Progress,
            CancellationToken = cancellationToken,
        };
    }

    private void WarnOfUnknownClasses(HashSet<string> classes)
    {
        foreach (var label in (settings.ClassNames?.Keys ?? []).Where(label => !classes.Contains(label)))
            console.Warn($"There is a name for class '{label}', but no image of it.");
    }
}

/// <summary>Where a run tells how it goes.</summary>
/// <param name="Log">Takes sentences on the progress.</param>
/// <param name="Warn">Takes sentences that should not be missed.</param>
/// <param name="Progress">Takes the number of images made.</param>
internal sealed record GenerateConsole(Action<string> Log, Action<string> Warn, IProgress<SynthesisProgress> Progress)
{
    /// <summary>Runs work with a progress bar on a terminal, and with lines in a log file.</summary>
    /// <param name="word">Says a sentence of the library in the words of the command line.</param>
    /// <param name="work">The work.</param>
    public static T Show<T>(Func<string, string> word, Func<GenerateConsole, T> work)
    {
        if (!AnsiConsole.Profile.Capabilities.Interactive)
            return work(new GenerateConsole(sentence => Console.WriteLine(word(sentence)),
                sentence => Console.WriteLine($"Warning: {word(sentence)}"), new Unseen()));
        return AnsiConsole.Progress().Start(context =>
        {
            var bar = context.AddTask("Starting");
            return work(new GenerateConsole(
                sentence => bar.Description = Markup.Escape(word(sentence)),
                sentence => AnsiConsole.MarkupLineInterpolated($"[yellow]Warning:[/] {word(sentence)}"),
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
