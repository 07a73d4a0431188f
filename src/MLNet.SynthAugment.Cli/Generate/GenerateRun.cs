using System.Diagnostics;
using Microsoft.ML;
using MLNet.SynthAugment.Diffusion.ImageSets;

namespace MLNet.SynthAugment.Cli.Generate;

/// <summary>One run: reads the shots, makes what the store lacks, writes the results.</summary>
internal sealed class GenerateRun(GenerateSettings settings, GenerateConsole console)
{
    /// <returns>The numbers of what was made.</returns>
    /// <exception cref="OperationCanceledException">The run was cancelled; what was finished is kept in the store.</exception>
    public GenerateReport Run(CancellationToken cancellation)
    {
        var watch = Stopwatch.StartNew();
        GenerateResults.RequireFreeFolder(settings);
        SettingsFile.Write(settings);
        using var set = ImageSetReader.Open(ImageSetLocation.Parse(settings.Images), console.Warn);
        var shots = ShotChoice.Choose(set, settings.Shots, console.Warn, cancellation);
        var ml = new MLContext();
        LibraryLog.PassOn(ml, "SynthesizeFewShot", console.Log, console.Warn);
        var transformer = ml.Transforms.SynthesizeFewShot(Options(cancellation)).Fit(ml.Data.LoadFromEnumerable(ShotRow.Of(shots)));
        console.Log("Writing the results.");
        return new GenerateResults(settings, shots, transformer).Write(watch.Elapsed);
    }

    private SynthesizeFewShotEstimator.Options Options(CancellationToken cancellation)
    {
        var kind = MethodSettings.FindKind(settings.Method);
        return new SynthesizeFewShotEstimator.Options
        {
            ImagesPerClass = settings.PerClass,
            Balance = settings.Balance,
            Method = MethodSettings.Create(kind, settings.MethodSettings),
            Model = settings.DiffusionModel(),
            Clip = settings.Clip is null ? null : ImageTextModel.FromFolder(settings.Clip),
            Selection = settings.Selection,
            ClassNames = settings.ClassNames,
            StoreFolder = settings.Store,
            Seed = settings.Seed,
            BatchSize = settings.BatchSize,
            Device = settings.Device,
            Precision = settings.Precision,
            Progress = console.Progress,
            CancellationToken = cancellation,
        };
    }
}
