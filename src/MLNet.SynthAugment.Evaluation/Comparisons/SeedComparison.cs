using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNet.SynthAugment.Evaluation.Comparisons.Results;
using MLNet.SynthAugment.Evaluation.Comparisons.Trainers;
using MLNet.SynthAugment.Files;
using MLNet.SynthAugment.Trainers.Augmentation;

namespace MLNet.SynthAugment.Evaluation.Comparisons;

/// <summary>All arms of one number of shots and one seed.</summary>
internal sealed class SeedComparison
{
    // Raised when the same settings give other results.
    private const int Format = 1;

    private readonly ComparisonOptions _options;
    private readonly ComparisonSet _set;
    private readonly ComparisonKeys _keys;
    private readonly int _shots;
    private readonly int _seed;
    private readonly Action<string> _log;
    private readonly CancellationToken _cancellation;
    private readonly MLContext _ml;
    private readonly IReadOnlyList<ComparisonImage> _images;
    private readonly IReadOnlyList<ComparisonImage> _validation;
    private readonly IDataView _real;
    private readonly ITransformer _labels;
    private readonly ResultFolder _results;

    public SeedComparison(ComparisonOptions options, ComparisonSet set, ComparisonKeys keys, int shots, int seed,
        Action<string> log, Action<string> warn, CancellationToken cancellation)
    {
        (_options, _set, _keys, _shots, _seed, _log, _cancellation) =
            (options, set, keys, shots, seed, log, cancellation);
        _ml = new MLContext(seed);
        _ml.Log += (_, message) =>
        {
            // The trainers' own chatter is left out.
            if (message.Kind is ChannelMessageKind.Warning or ChannelMessageKind.Error)
                warn(message.RawMessage);
            else if (message.Kind == ChannelMessageKind.Info
                && message.Source.Contains("SynthesizeFewShot", StringComparison.Ordinal))
                log("  " + message.RawMessage);
        };
        _images = set.Shots(shots, seed, options.DrawShots, warn);
        _validation = set.ToChooseBy(_images);
        _real = View(_images);
        // Shots are in the order of the classes, and keys in that of the rows.
        _labels = _ml.Transforms.Conversion.MapValueToKey(ComparisonColumns.LabelKey, ComparisonColumns.Label)
            .Fit(_real);
        _results = new ResultFolder(Path.Combine(options.Folder, "runs", $"{shots}-shot", $"seed-{seed}"));
    }

    /// <summary>Runs the arms that have no result yet.</summary>
    /// <returns>The results of all arms, and how synthetic images were made for them.</returns>
    public (IReadOnlyList<ArmResult> Runs, IReadOnlyList<SynthesisResult> Syntheses) Run()
    {
        var runs = new List<ArmResult>();
        foreach (var kind in _options.Arms.Distinct().Where(kind => !Arm.UsesSynthetic(kind)))
        {
            // As many copies as the largest amount asks for: with a fixed number of steps, fewer give the same training
            // in another order.
            var arm = new Arm(kind);
            if (_options.HasAugmentation || !arm.IsAugmented)
                runs.Add(FindOrRun(arm, KeyOf(arm), () => Repeated(kind)));
        }
        var syntheses = new List<SynthesisResult>();
        foreach (var method in _options.Methods)
        {
            foreach (var amount in _options.SyntheticAmounts)
                RunSynthetic(method, amount, runs, syntheses);
        }
        return (runs, syntheses);
    }

    private void RunSynthetic(ComparedMethod method, int amount, List<ArmResult> runs, List<SynthesisResult> syntheses)
    {
        var key = SynthesisKeyOf(method);
        var (name, amountKey) = ($"synthesis-{method.Name}-{amount}", new JsonObject
        { ["Synthesis"] = key.DeepClone(), ["Amount"] = amount });
        SynthesizeFewShotTransformer? made = null;
        foreach (var kind in _options.Arms.Distinct().Where(Arm.UsesSynthetic))
        {
            var arm = new Arm(kind, method.Name, amount);
            if (!_options.HasAugmentation && arm.IsAugmented)
                continue;
            var armKey = KeyOf(arm);
            armKey["Synthesis"] = key.DeepClone();
            // Made only where an arm is not done yet.
            runs.Add(FindOrRun(arm, armKey, () => kind == ArmKind.SyntheticOnly
                ? Fitted().SyntheticOnly : Fitted().Transform(_real)));
        }
        if (_results.Find<SynthesisResult>(name, amountKey) is { } synthesis)
            syntheses.Add(synthesis);

        SynthesizeFewShotTransformer Fitted() => made ??= Synthesize(method, amount, result =>
        {
            // Images that were there already say nothing of the time they take.
            if (result.Made > 0 || _results.Find<SynthesisResult>(name, amountKey) is null)
                _results.Write(name, amountKey, result);
        });
    }

    private SynthesizeFewShotTransformer Synthesize(ComparedMethod method, int amount, Action<SynthesisResult> keep)
    {
        _log($"{_shots} shots, seed {_seed}: {amount} images of each class by {method.Name}.");
        var made = new ImageCounter();
        var watch = Stopwatch.StartNew();
        var transformer = _ml.Transforms.SynthesizeFewShot(new SynthesizeFewShotEstimator.Options
        {
            LabelColumnName = ComparisonColumns.Label,
            ImageColumnName = ComparisonColumns.Image,
            ImagesPerClass = amount,
            Method = method.Method,
            Model = _options.Model,
            Clip = _options.Clip,
            Selection = _options.Selection,
            ClassNames = _options.ClassNames,
            // All amounts of a seed are one store: its name has no amount in it.
            StoreFolder = StoreLayout.RootIn(_options.Folder),
            Seed = _seed,
            BatchSize = _options.BatchSize,
            Device = _options.Device,
            Precision = _options.Precision,
            Progress = made,
            CancellationToken = _cancellation,
        }).Fit(_real);
        var wanted = (double)amount * _set.Classes.Count;
        var replaced = transformer.Rejected.Count(image => image.IsUsed);
        double? acceptance = _options.Selection is null
            ? null : (wanted - replaced) / (wanted + transformer.Rejected.Count - replaced);
        keep(new SynthesisResult(
            method.Name, _shots, _seed, amount, made.Done, Math.Round(watch.Elapsed.TotalSeconds, 3), acceptance,
            transformer.StoreFolder));
        return transformer;
    }

    private ArmResult FindOrRun(Arm arm, JsonObject key, Func<IDataView> rows)
    {
        _cancellation.ThrowIfCancellationRequested();
        var name = arm.IsSynthetic ? $"{arm.Name}-{arm.Amount}" : arm.Name;
        if (_results.Find<ArmResult>(name, key) is { } found)
            return found;
        var result = Train(arm, _labels.Transform(rows()));
        _results.Write(name, key, result);
        _log(string.Create(CultureInfo.InvariantCulture,
            $"{_shots} shots, seed {_seed}, {arm}: {100 * result.Test.Accuracy:0.0} % in {result.TrainingSeconds:0} s."));
        return result;
    }

    private ArmResult Train(Arm arm, IDataView rows)
    {
        var synthetic = arm.IsSynthetic ? arm.Amount * _set.Classes.Count : 0;
        var real = arm.Kind == ArmKind.SyntheticOnly ? 0 : _images.Count * (arm.IsSynthetic ? 1 : RoundsOf(arm.Kind));
        var watch = Stopwatch.StartNew();
        using var classifier = _options.Trainer.Train(_ml, rows, arm.IsAugmented ? _options.Augmentation : ImageAugmentation.None, _seed, _cancellation);
        var seconds = Math.Round(watch.Elapsed.TotalSeconds, 3);
        var validation = _validation.Count == 0 ? null : Measure(classifier, _validation);
        return new ArmResult(arm, _shots, _seed, classifier.Steps, real, synthetic, validation,
            Measure(classifier, _set.TestImages), seconds, DateTime.UtcNow, ComparisonVersions.Library);
    }

    private ClassificationScores Measure(ITrainedClassifier classifier, IReadOnlyList<ComparisonImage> images)
    {
        _cancellation.ThrowIfCancellationRequested();
        var classes = _set.Classes.Select((name, i) => (name, i)).ToDictionary(found => found.name, found => found.i);
        var predicted = classifier.Predict(_labels.Transform(View(images)));
        return ClassificationScores.Of([.. images.Select(image => classes[image.ClassName])], predicted, classes.Count);
    }

    private IDataView Repeated(ArmKind kind) =>
        View([.. Enumerable.Repeat(_images, RoundsOf(kind)).SelectMany(images => images)]);

    // Whole rounds, so that no shot counts more than another.
    private int RoundsOf(ArmKind kind)
    {
        var amount = _options.SyntheticAmounts.LastOrDefault() * _set.Classes.Count;
        var rows = kind switch
        {
            ArmKind.RealOnly => _images.Count,
            // A trainer's batch is never larger than its rows: the baseline shall have whole ones, as arms with
            // synthetic images have.
            ArmKind.RealClassic => _options.Trainer.BatchSize,
            _ => Math.Max(_options.Trainer.BatchSize, _images.Count + amount),
        };
        return (rows + _images.Count - 1) / _images.Count;
    }

    private IDataView View(IReadOnlyList<ComparisonImage> images) =>
        _ml.Data.LoadFromEnumerable(ComparisonRow.Of(images, _options.Reading));

    private JsonObject KeyOf(Arm arm) => new()
    {
        ["Format"] = Format,
        ["Arm"] = JsonSerializer.SerializeToNode(arm, ComparisonJson.Format),
        ["Rounds"] = arm.IsSynthetic ? 1 : RoundsOf(arm.Kind),
        ["Shots"] = ComparisonKeys.Of(_images),
        ["Seed"] = _seed,
        ["Validation"] = ComparisonKeys.Of(_validation),
        ["Test"] = ComparisonKeys.Of(_set.TestImages),
        ["Trainer"] = _options.Trainer.Name,
        ["TrainerSettings"] = _options.Trainer.Settings.DeepClone(),
        ["Augmentation"] = arm.IsAugmented
            ? JsonSerializer.SerializeToNode(_options.Augmentation, ComparisonJson.Format) : null,
    };

    private JsonObject SynthesisKeyOf(ComparedMethod method) => new()
    {
        ["Format"] = Format,
        ["Name"] = method.Name,
        ["Method"] = ComparisonKeys.Of(method.Method),
        ["Model"] = method.Method.UsesDiffusionModel ? _keys.Model : null,
        ["Clip"] = method.Method.UsesClip || _options.Selection is not null ? _keys.Clip : null,
        ["Selection"] = JsonSerializer.SerializeToNode(_options.Selection, ComparisonJson.Format),
        ["ClassNames"] = JsonSerializer.SerializeToNode(_options.ClassNames, ComparisonJson.Format),
        ["Shots"] = ComparisonKeys.Of(_images),
        ["Seed"] = _seed,
        ["BatchSize"] = _options.BatchSize,
        ["Precision"] = _options.Precision.ToString(),
    };

    private sealed class ImageCounter : IProgress<SynthesisProgress>
    {
        public long Done { get; private set; }

        public void Report(SynthesisProgress value) => Done = value.Done;
    }
}
