using Microsoft.ML.Data;
using Microsoft.ML.Trainers;
using MLNet.SynthAugment.Trainers;
using MLNet.SynthAugment.Trainers.Classifiers;
using MLNet.SynthAugment.Trainers.Training;
using SixLabors.ImageSharp.Processing;

namespace MLNet.SynthAugment.Evaluation.Comparisons.Trainers;

/// <summary>
/// ML.NET's linear classifier (SDCA, maximum entropy) on the pixels. It cannot augment while it trains: it gets the
/// very batches that the image trainers would take, as rows, and passes over them several times. So it sees as many
/// rows in every arm. Images are not mixed (MixUp, CutMix), as its labels are single classes.
/// </summary>
public sealed class SdcaComparisonTrainer : IComparisonTrainer
{
    private readonly Options _options;
    private readonly SmallConvNetTrainer.Options _reading;

    /// <summary>Creates a trainer.</summary>
    /// <param name="options">Its options.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public SdcaComparisonTrainer(Options options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Passes < 1 || options.Steps < options.Passes)
            throw new ArgumentException(
                $"SDCA makes {options.Passes} passes in {options.Steps} steps; there must be at least 1 pass, and a "
                    + "step for each.");
        _options = options;
        _reading = new SmallConvNetTrainer.Options
        {
            LabelColumnName = ComparisonColumns.LabelKey,
            ImageColumnName = ComparisonColumns.Image,
            ImageSize = options.ImageSize,
            BatchSize = options.BatchSize,
            RealLossWeight = options.RealLossWeight,
        };
        _reading.Validate();
        Settings = TrainerSettings.OfProperties(options);
    }

    /// <inheritdoc/>
    public string Name => "sdca";

    /// <inheritdoc/>
    public JsonObject Settings { get; }

    /// <inheritdoc/>
    public int BatchSize => _options.BatchSize;

    /// <inheritdoc/>
    public ITrainedClassifier Train(
        MLContext context, IDataView rows, ImageAugmentation augmentation, long seed,
        CancellationToken cancellationToken)
    {
        var reading = (SmallConvNetTrainer.Options)_reading.Clone();
        reading.Augmentation = augmentation with { Mixes = [] };
        reading.Seed = seed;
        reading.CancellationToken = cancellationToken;
        var side = augmentation.Crops ? _options.ImageSize * 4 / 3 : _options.ImageSize;
        using var examples = Read(reading, rows, side);
        // Its order of rows comes from the context's seed.
        var ml = new MLContext((int)seed);
        var pipeline = ml.Transforms.Conversion.MapValueToKey(ComparisonColumns.LabelKey, nameof(PixelRow.Class))
            .Append(ml.MulticlassClassification.Trainers.SdcaMaximumEntropy(
                new SdcaMaximumEntropyMulticlassTrainer.Options
                {
                    LabelColumnName = ComparisonColumns.LabelKey,
                    FeatureColumnName = nameof(PixelRow.Pixels),
                    ExampleWeightColumnName = nameof(PixelRow.Weight),
                    MaximumNumberOfIterations = _options.Passes,
                    NumberOfThreads = 1,
                }))
            .Append(ml.Transforms.Conversion.MapKeyToValue(ComparisonColumns.PredictedLabel));
        var classCount = ClassKeys.Of(rows.Schema[ComparisonColumns.LabelKey]).Count;
        var model = pipeline.Fit(View(ml, Batches(reading, examples.Examples, classCount)));
        return new Classifier(this, ml, model);
    }

    private List<PixelRow> Batches(SmallConvNetTrainer.Options reading, IReadOnlyList<Example> examples, int classCount)
    {
        var order = new BatchOrder(examples, reading.BatchSize, split: true, reading.Seed);
        var rows = new List<PixelRow>();
        for (var step = 0; step < _options.Steps / _options.Passes; step++)
        {
            reading.CancellationToken.ThrowIfCancellationRequested();
            using var scope = TorchSharp.torch.NewDisposeScope();
            var taken = order.Batch(step).Select(row => examples[row]).ToList();
            var pixels = TrainingBatch.Create(taken, reading, _options.ImageSize, classCount, step).Images
                .ToArray<float>().Chunk(Length).ToList();
            var isMixed = taken.Select(example => example.IsSynthetic).Distinct().Count() > 1;
            rows.AddRange(taken.Select((example, i) => new PixelRow
            {
                Class = example.Label.ToString(CultureInfo.InvariantCulture),
                Pixels = pixels[i],
                // Half of a batch is real: with the mean 1, the weights are twice the shares of the loss.
                Weight = !isMixed ? 1 : (float)(2 * (example.IsSynthetic
                    ? 1 - _options.RealLossWeight : _options.RealLossWeight)),
            }));
        }
        return rows;
    }

    private int Length => 3 * _options.ImageSize * _options.ImageSize;

    private IDataView View(MLContext ml, IEnumerable<PixelRow> rows)
    {
        var schema = SchemaDefinition.Create(typeof(PixelRow));
        schema[nameof(PixelRow.Pixels)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, Length);
        return ml.Data.LoadFromEnumerable(rows, schema);
    }

    private static ExampleSet Read(SmallConvNetTrainer.Options reading, IDataView rows, int size) =>
        new ExampleReader(reading, image => Prepare(image, size), _ => { }).Read(
            rows, ClassKeys.Of(rows.Schema[ComparisonColumns.LabelKey]), "data");

    private static Image<Rgb24> Prepare(Image<Rgb24> image, int size)
    {
        using var resized = ImageResizing.ResizeShortestEdge(image, size, KnownResamplers.Triangle);
        return ImageResizing.CenterCrop(resized, size, size);
    }

    /// <summary>All options of <see cref="SdcaComparisonTrainer"/>.</summary>
    public sealed class Options
    {
        /// <summary>Side of the images in pixels, 32 to 256.</summary>
        public int ImageSize { get; set; } = 32;

        /// <summary>All batches it is trained on, at least <see cref="Passes"/>.</summary>
        public int Steps { get; set; } = ImageComparisonTrainer.DefaultSteps;

        /// <summary>Rows per batch, at least 2.</summary>
        public int BatchSize { get; set; } = 64;

        /// <summary>
        /// Passes over the rows, at least 1; a share of 1/passes of the steps are rows of their own. ML.NET may end
        /// before the last pass where it finds that it has converged.
        /// </summary>
        public int Passes { get; set; } = 100;

        /// <summary>λ of the loss λ·mean(real) + (1−λ)·mean(synthetic), between 0 and 1.</summary>
        public double RealLossWeight { get; set; } = 0.8;
    }

    private sealed class PixelRow
    {
        public string Class { get; set; } = "";

        public float[] Pixels { get; set; } = [];

        public float Weight { get; set; } = 1;
    }

    private sealed class Classifier(
        SdcaComparisonTrainer trainer, MLContext ml, ITransformer model) : ITrainedClassifier
    {
        public int Steps => trainer._options.Steps / trainer._options.Passes * trainer._options.Passes;

        public IReadOnlyList<int> Predict(IDataView rows)
        {
            using var examples = Read(trainer._reading, rows, trainer._options.ImageSize);
            var pixels = examples.Examples.Select(example =>
            {
                using var image = example.OpenImage();
                return new PixelRow { Class = "0", Pixels = image.ToArray<float>() };
            });
            var scored = model.Transform(trainer.View(ml, pixels));
            var column = scored.Schema[ComparisonColumns.PredictedLabel];
            var classes = new List<int>();
            using var cursor = scored.GetRowCursor([column]);
            var getter = cursor.GetGetter<ReadOnlyMemory<char>>(column);
            ReadOnlyMemory<char> text = default;
            while (cursor.MoveNext())
            {
                getter(ref text);
                classes.Add(int.Parse(text.Span, CultureInfo.InvariantCulture));
            }
            return classes;
        }

        public void Dispose() => (model as IDisposable)?.Dispose();
    }
}
