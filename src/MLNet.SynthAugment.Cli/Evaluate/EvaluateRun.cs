using Microsoft.ML;
using MLNet.SynthAugment.Cli.Hosting;
using MLNet.SynthAugment.Cli.Options;
using MLNet.SynthAugment.Cli.Shots;
using MLNet.SynthAugment.Evaluation;

namespace MLNet.SynthAugment.Cli.Evaluate;

/// <summary>One run: reads both sets into ordinary views and measures them.</summary>
/// <param name="settings">What to measure.</param>
/// <param name="log">Receives sentences on the progress.</param>
/// <param name="warn">Receives sentences that should not be missed.</param>
internal sealed class EvaluateRun(EvaluateSettings settings, Action<string> log, Action<string> warn)
{
    /// <returns>The metrics.</returns>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public EvaluateReport Run(CancellationToken cancellation)
    {
        var ml = new MLContext();
        LibraryLog.PassOn(ml, nameof(SyntheticImagesExtensions.SyntheticImages), log, warn);
        using var real = Open(settings.Real);
        using var synthetic = Open(settings.Synthetic);
        var options = new EvaluationOptions
        {
            Clip = settings.Clip is null ? null : ImageTextModel.FromFolder(settings.Clip),
            Reference = settings.Reference,
            Templates = settings.Templates,
            NeighbourCount = settings.Neighbours,
            ImageOrientation = settings.Orientation,
            ImageGround = ImageReading.ParseGround(settings.Ground),
            Device = settings.Device,
            CancellationToken = cancellation,
        };
        return EvaluateReport.Create(
            settings, ml.SyntheticImages().Evaluate(View(real, settings.Shots), View(synthetic, shots: null), options));

        ImageSetReader Open(string images)
        {
            var set = ImageSetReader.Open(ImageSetLocation.Parse(images) with { ZipEncoding = settings.ZipEncoding },
                warn);
            log(set.Description);
            return set;
        }

        IDataView View(ImageSetReader set, int? shots) =>
            ml.Data.LoadFromEnumerable(ShotRow.Of(ShotChoice.Choose(set, shots, warn, cancellation)));
    }
}

/// <summary>The results of a run.</summary>
/// <param name="Version">The version of the program.</param>
/// <param name="Settings">Everything the run depends on.</param>
/// <param name="Metrics">The metrics.</param>
internal sealed record EvaluateReport(string Version, EvaluateSettings Settings, SyntheticImageMetrics Metrics)
{
    public static EvaluateReport Create(EvaluateSettings settings, SyntheticImageMetrics metrics) =>
        new(typeof(EvaluateReport).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!
            .InformationalVersion, settings, metrics);

    /// <summary>Writes it as JSON, into a folder that need not be there.</summary>
    public void Write(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        File.WriteAllText(path, JsonSerializer.Serialize(this, SettingsFile.Format) + Environment.NewLine);
    }
}
