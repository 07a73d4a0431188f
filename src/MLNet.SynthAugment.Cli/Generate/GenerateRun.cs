using System.Diagnostics;
using Microsoft.ML;
using MLNet.SynthAugment.Cli.Hosting;
using MLNet.SynthAugment.Cli.Options;
using MLNet.SynthAugment.Diffusion.ImageSets;

namespace MLNet.SynthAugment.Cli.Generate;

/// <summary>One run: reads the shots, makes what the store lacks, writes the results.</summary>
internal sealed class GenerateRun(GenerateSettings settings, GenerateConsole console)
{
    /// <returns>The numbers of what was made.</returns>
    /// <exception cref="OperationCanceledException">The run was cancelled; what was finished is kept in the
    /// store.</exception>
    public GenerateReport Run(CancellationToken cancellation)
    {
        var watch = Stopwatch.StartNew();
        GenerateResults.RequireFreeFolder(settings);
        SettingsFile.Write(settings.Out, settings);
        using var set = ImageSetReader.Open(
            ImageSetLocation.Parse(settings.Images) with { ZipEncoding = settings.ZipEncoding }, console.Warn);
        console.Log(set.Description);
        var shots = ShotChoice.Choose(set, settings.Shots, console.Warn, cancellation);
        using var annotations = new ShotAnnotations(settings, console.Warn);
        annotations.Check(settings, shots, console.Warn);
        WarnOfUnknownClasses(shots.Select(shot => shot.ClassName).ToHashSet());
        var ml = new MLContext();
        LibraryLog.PassOn(ml, "SynthesizeFewShot", console.Log, console.Warn);
        var transformer = ml.Transforms.SynthesizeFewShot(Options(cancellation))
            .Fit(ml.Data.LoadFromEnumerable(ShotRow.Of(shots, annotations)));
        console.Log("Writing the results.");
        return new GenerateResults(settings, shots, transformer).Write(watch.Elapsed, console.Log, cancellation);
    }

    private SynthesizeFewShotEstimator.Options Options(CancellationToken cancellation)
    {
        var kind = MethodSettings.FindKind(settings.Method);
        return new SynthesizeFewShotEstimator.Options
        {
            CaptionColumnName = settings.Captions is null ? null : nameof(ShotRow.Caption),
            MaskColumnName = settings.Masks is null ? null : nameof(ShotRow.Mask),
            ImagesPerClass = settings.PerClass,
            Balance = settings.Balance,
            Method = MethodSettings.Create(kind, settings.MethodSettings),
            Model = settings.DiffusionModel(),
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
            CancellationToken = cancellation,
        };
    }

    private void WarnOfUnknownClasses(HashSet<string> classes)
    {
        foreach (var label in (settings.ClassNames?.Keys ?? []).Where(label => !classes.Contains(label)))
            console.Warn($"There is a name for class '{label}', but no image of it.");
    }
}
