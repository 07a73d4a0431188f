using System.Diagnostics;
using Microsoft.ML.Runtime;
using MLNet.SynthAugment.Evaluation.Comparisons.Results;
using MLNet.SynthAugment.Evaluation.Comparisons.Trainers;

namespace MLNet.SynthAugment.Evaluation.Comparisons;

/// <summary>All arms of one number of shots and one seed.</summary>
internal sealed class SeedComparison
{
    // Raised when the same settings give other results.
    private const int Format = 1;

    private readonly ComparisonRun _run;
    private readonly int _shots;
    private readonly int _seed;
    private readonly CancellationToken _cancellationToken;
    private readonly MLContext _ml;
    private readonly IReadOnlyList<ComparisonImage> _images;
    private readonly IReadOnlyList<ComparisonImage> _validation;
    private readonly IDataView _real;
    private readonly ITransformer _labels;
    private readonly ResultFolder _results;

    public SeedComparison(ComparisonRun run, int shots, int seed, CancellationToken cancellationToken)
    {
        (_run, _shots, _seed, _cancellationToken) = (run, shots, seed, cancellationToken);
        _ml = new MLContext(seed);
        _ml.Log += (_, message) =>
        {
            // The trainers' own messages are left out.
            if (message.Kind is ChannelMessageKind.Warning or ChannelMessageKind.Error)
                run.Warn(message.RawMessage);
            else if (message.Kind == ChannelMessageKind.Info
                && message.Source.Contains("SynthesizeFewShot", StringComparison.Ordinal))
                run.Log("  " + message.RawMessage);
        };
        _images = run.Set.Shots(shots, seed, run.Options.DrawShots, run.Warn);
        _validation = run.Set.ToChooseBy(_images);
        _real = View(_images);
        // Shots are in the order of the classes, and keys in that of the rows.
        _labels = _ml.Transforms.Conversion.MapValueToKey(ComparisonColumns.LabelKey, ComparisonColumns.Label)
            .Fit(_real);
        _results = new ResultFolder(Path.Combine(run.Options.Folder, "runs", $"{shots}-shot", $"seed-{seed}"));
    }

    private ComparisonOptions Options => _run.Options;

    private ComparisonSet Set => _run.Set;

    /// <summary>Runs the arms that have no result yet.</summary>
    /// <returns>The results of all arms, and how synthetic images were made for them.</returns>
    public (IReadOnlyList<ArmResult> Runs, IReadOnlyList<SynthesisResult> Syntheses) Run()
    {
        var runs = new List<ArmResult>();
        foreach (var kind in Options.Arms.Distinct().Where(kind => !Arm.UsesSynthetic(kind)))
        {
            // As many copies as the largest amount asks for: with a fixed number of steps, fewer give the same training
            // in another order.
            var arm = new Arm(kind);
            if (Options.HasAugmentation || !arm.IsAugmented)
                runs.Add(FindOrRun(arm, KeyOf(arm), () => Repeated(kind)));
        }
        var syntheses = new List<SynthesisResult>();
        foreach (var method in Options.Methods)
        {
            foreach (var amount in Options.SyntheticAmounts)
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
        foreach (var kind in Options.Arms.Distinct().Where(Arm.UsesSynthetic))
        {
            var arm = new Arm(kind, method.Name, amount);
            if (!Options.HasAugmentation && arm.IsAugmented)
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
        _run.Log($"{_shots} shots, seed {_seed}: {amount} images of each class by {method.Name}.");
        var made = new ImageCounter();
        var watch = Stopwatch.StartNew();
        var transformer = _ml.Transforms.SynthesizeFewShot(new SynthesizeFewShotEstimator.Options
        {
            LabelColumnName = ComparisonColumns.Label,
            ImageColumnName = ComparisonColumns.Image,
            ImagesPerClass = amount,
            Method = method.Method,
            Model = Options.Model,
            Clip = Options.Clip,
            Selection = Options.Selection,
            ClassNames = Options.ClassNames,
            // All amounts of a seed are one store: its name has no amount in it.
            StoreFolder = StoreLayout.RootIn(Options.Folder),
            Seed = _seed,
            BatchSize = Options.BatchSize,
            Device = Options.Device,
            Precision = Options.Precision,
            Progress = made,
            CancellationToken = _cancellationToken,
        }).Fit(_real);
        var wanted = (double)amount * Set.Classes.Count;
        var replaced = transformer.Rejected.Count(image => image.IsUsed);
        double? acceptance = Options.Selection is null
            ? null : (wanted - replaced) / (wanted + transformer.Rejected.Count - replaced);
        keep(new SynthesisResult
        {
            Method = method.Name,
            Shots = _shots,
            Seed = _seed,
            Amount = amount,
            Made = made.Done,
            Seconds = Math.Round(watch.Elapsed.TotalSeconds, 3),
            Acceptance = acceptance,
            Store = transformer.StoreFolder,
        });
        return transformer;
    }

    private ArmResult FindOrRun(Arm arm, JsonObject key, Func<IDataView> rows)
    {
        _cancellationToken.ThrowIfCancellationRequested();
        var name = arm.IsSynthetic ? $"{arm.Name}-{arm.Amount}" : arm.Name;
        if (_results.Find<ArmResult>(name, key) is { } found)
            return found;
        var result = Train(arm, _labels.Transform(rows()));
        _results.Write(name, key, result);
        _run.Log(string.Create(CultureInfo.InvariantCulture, $"{_shots} shots, seed {_seed}, {arm}: "
            + $"{100 * result.Test.Accuracy:0.0} % in {result.TrainingSeconds:0} s."));
        return result;
    }

    private ArmResult Train(Arm arm, IDataView rows)
    {
        var synthetic = arm.IsSynthetic ? arm.Amount * Set.Classes.Count : 0;
        var real = arm.Kind == ArmKind.SyntheticOnly ? 0 : _images.Count * (arm.IsSynthetic ? 1 : RoundsOf(arm.Kind));
        var watch = Stopwatch.StartNew();
        var augmentation = arm.IsAugmented ? Options.Augmentation : ImageAugmentation.None;
        using var classifier = Options.Trainer.Train(_ml, rows, augmentation, _seed, _cancellationToken);
        var seconds = Math.Round(watch.Elapsed.TotalSeconds, 3);
        var validation = _validation.Count == 0 ? null : Measure(classifier, _validation);
        return new ArmResult
        {
            Arm = arm,
            Shots = _shots,
            Seed = _seed,
            Steps = classifier.Steps,
            RealRows = real,
            SyntheticRows = synthetic,
            Validation = validation,
            Test = Measure(classifier, Set.TestImages),
            TrainingSeconds = seconds,
            Finished = DateTime.UtcNow,
            Version = ComparisonVersions.Library,
        };
    }

    private ClassificationScores Measure(ITrainedClassifier classifier, IReadOnlyList<ComparisonImage> images)
    {
        _cancellationToken.ThrowIfCancellationRequested();
        var classes = Set.Classes.Select((name, i) => (name, i)).ToDictionary(found => found.name, found => found.i);
        var predicted = classifier.Predict(_labels.Transform(View(images)));
        return ClassificationScores.Of([.. images.Select(image => classes[image.ClassName])], predicted, classes.Count);
    }

    private IDataView Repeated(ArmKind kind) =>
        View([.. Enumerable.Repeat(_images, RoundsOf(kind)).SelectMany(images => images)]);

    // Whole rounds, so that no shot counts more than another.
    private int RoundsOf(ArmKind kind)
    {
        var amount = Options.SyntheticAmounts.LastOrDefault() * Set.Classes.Count;
        var rows = kind switch
        {
            ArmKind.RealOnly => _images.Count,
            // A trainer's batch is never larger than its rows: the baseline shall have whole ones, as arms with
            // synthetic images have.
            ArmKind.RealClassic => Options.Trainer.BatchSize,
            _ => Math.Max(Options.Trainer.BatchSize, _images.Count + amount),
        };
        return (rows + _images.Count - 1) / _images.Count;
    }

    private IDataView View(IReadOnlyList<ComparisonImage> images) =>
        _ml.Data.LoadFromEnumerable(ComparisonRow.Of(images, Options.Reading));

    private JsonObject KeyOf(Arm arm) => new()
    {
        ["Format"] = Format,
        ["Arm"] = JsonSerializer.SerializeToNode(arm, ComparisonJson.Format),
        ["Rounds"] = arm.IsSynthetic ? 1 : RoundsOf(arm.Kind),
        ["Shots"] = ComparisonKeys.Of(_images),
        ["Seed"] = _seed,
        ["Validation"] = ComparisonKeys.Of(_validation),
        ["Test"] = ComparisonKeys.Of(Set.TestImages),
        ["Trainer"] = Options.Trainer.Name,
        ["TrainerSettings"] = Options.Trainer.Settings.DeepClone(),
        ["Augmentation"] = arm.IsAugmented ? Options.Augmentation.Describe(ComparisonJson.Format) : null,
    };

    private JsonObject SynthesisKeyOf(ComparedMethod method) => new()
    {
        ["Format"] = Format,
        ["Name"] = method.Name,
        ["Method"] = ComparisonKeys.Of(method.Method),
        ["Model"] = method.Method.UsesDiffusionModel ? _run.Keys.Model : null,
        ["Clip"] = method.Method.UsesClip || Options.Selection is not null ? _run.Keys.Clip : null,
        ["Selection"] = JsonSerializer.SerializeToNode(Options.Selection, ComparisonJson.Format),
        ["ClassNames"] = JsonSerializer.SerializeToNode(Options.ClassNames, ComparisonJson.Format),
        ["Shots"] = ComparisonKeys.Of(_images),
        ["Seed"] = _seed,
        ["BatchSize"] = Options.BatchSize,
        ["Precision"] = Options.Precision.ToString(),
    };

    private sealed class ImageCounter : IProgress<SynthesisProgress>
    {
        public long Done { get; private set; }

        public void Report(SynthesisProgress value) => Done = value.Done;
    }
}

/// <summary>What the comparisons of all seeds have in common.</summary>
/// <param name="Options">What is compared, and how.</param>
/// <param name="Set">The real images.</param>
/// <param name="Keys">Hashes of the models.</param>
/// <param name="Log">Receives sentences on the progress.</param>
/// <param name="Warn">Receives sentences that should not be missed.</param>
internal sealed record ComparisonRun(
    ComparisonOptions Options, ComparisonSet Set, ComparisonKeys Keys, Action<string> Log, Action<string> Warn);
