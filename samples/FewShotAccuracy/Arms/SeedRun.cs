using System.Diagnostics;
using System.Globalization;
using FewShotAccuracy.Augmentation;
using FewShotAccuracy.Images;
using FewShotAccuracy.Reports;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNet.SynthAugment;
using SixLabors.ImageSharp;

namespace FewShotAccuracy.Arms;

/// <summary>All arms of one seed.</summary>
internal sealed class SeedRun(ExperimentSettings settings, FewShotSplit split, int seed, Action<string> log)
{
    private const int SheetColumns = 10;

    private readonly IReadOnlyList<ImageRow> _shots = [.. split.Shots.Select(image => image.ToRow())];
    private readonly IReadOnlyList<ImageRow> _test = [.. split.Test.Select(image => image.ToRow())];
    private readonly int _perClass = settings.PerClassFor(split.ClassNames.Count);

    public IReadOnlyList<ArmMeasurement> Run(CancellationToken cancellation)
    {
        var ml = new MLContext(seed);
        ml.Log += (_, message) => PassOn(message);
        var classifier = new Classifier(ml);
        var copies = AugmentedCopies.Write(Folder("augmented"), _shots, _perClass, new ClassicAugmentation(settings.Flip), seed, cancellation);
        IReadOnlyList<ImageRow> synthetic = [];
        return
        [
            Measure(Arm.RealOnly, () => classifier.Train(_shots)),
            Measure(Arm.Classic, () => classifier.Train(Combine(copies))),
            Measure(Arm.Synthetic, () =>
            {
                var (model, synthesis) = classifier.TrainWithSynthesis(_shots, SynthesisOptions(cancellation));
                synthetic = SaveSynthetic(synthesis);
                return model;
            }),
            Measure(Arm.ClassicAndSynthetic, () => classifier.Train(Combine([.. copies, .. synthetic]))),
        ];

        ArmMeasurement Measure(Arm arm, Func<ITransformer> train)
        {
            cancellation.ThrowIfCancellationRequested();
            var watch = Stopwatch.StartNew();
            var accuracy = classifier.Accuracy(train(), _test);
            log(string.Create(CultureInfo.InvariantCulture, $"Seed {seed}, {ArmNames.Of(arm)}: {100 * accuracy:0.0} % ({Durations.Describe(watch.Elapsed)})."));
            return new ArmMeasurement(arm, seed, accuracy, watch.Elapsed);
        }
    }

    private IReadOnlyList<ImageRow> Combine(IReadOnlyList<ImageRow> made) => TrainingRows.Combine(_shots, made, settings.RealLossWeight);

    private SynthesizeFewShotEstimator.Options SynthesisOptions(CancellationToken cancellation) => new()
    {
        ImagesPerClass = _perClass,
        Method = settings.MethodFor(_shots.Count),
        Model = settings.Model,
        Device = settings.Device,
        Seed = seed,
        RealLossWeight = settings.RealLossWeight,
        StoreFolder = Path.Combine(settings.Out, "store"),
        CancellationToken = cancellation,
    };

    private IReadOnlyList<ImageRow> SaveSynthetic(SynthesizeFewShotTransformer synthesis)
    {
        var rows = SyntheticImageTree.Write(synthesis.SyntheticOnly, Folder("synthetic"));
        using var sheet = ContactSheets.Draw(_shots, rows, SheetColumns);
        sheet.SaveAsPng(OutputFiles.ContactSheet(settings.Out, seed));
        return rows;
    }

    private string Folder(string kind) => OutputFiles.SeedFolder(settings.Out, kind, seed);

    /// <summary>What SynthesizeFewShot has to say; the trainers' own chatter is left out.</summary>
    private void PassOn(LoggingEventArgs message)
    {
        if (message.Kind >= ChannelMessageKind.Info && message.Source.Contains("SynthesizeFewShot", StringComparison.Ordinal))
            log("  " + message.RawMessage);
    }
}
