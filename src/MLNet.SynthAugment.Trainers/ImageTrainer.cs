using System.Runtime.CompilerServices;
using MLNet.SynthAugment.Logging;
using MLNet.SynthAugment.Trainers.Classifiers;
using MLNet.SynthAugment.Trainers.Scoring;
using MLNet.SynthAugment.Trainers.Training;
using MLNet.SynthAugment.Views;

namespace MLNet.SynthAugment.Trainers;

/// <summary>Trains a network on the images of a view: what the image trainers have in common.</summary>
public abstract class ImageTrainer : IEstimator<ImageClassificationTransformer>
{
    // What random crops are cut from, in sides of the network's images: more would take more memory and hardly show.
    private const double CropRoom = 4 / 3.0;

    private readonly IHost _host;
    private readonly ImageTrainerOptions _options;

    private protected ImageTrainer(IHostEnvironment environment, string name, ImageTrainerOptions options)
    {
        options.Validate();
        _host = environment.Register(name);
        _options = options.Clone();
    }

    /// <summary>Trains on a view and keeps the weights of the last step.</summary>
    /// <inheritdoc cref="Fit(IDataView, IDataView)"/>
    public ImageClassificationTransformer Fit(IDataView input) => Train(input, null);

    /// <summary>Trains on a view and keeps the weights that do best on another.</summary>
    /// <param name="input">The rows to train on.</param>
    /// <param name="validation">Rows with the same columns; of its rows all count alike, but those of weight 0, which
    /// are left out.</param>
    /// <exception cref="ArgumentException">A column is missing or of an unsupported type.</exception>
    /// <exception cref="InvalidOperationException">There are no two classes with readable images, a value is out of
    /// range, or the device is not there.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled.</exception>
    /// <exception cref="Diffusion.Training.TrainingDivergedException">The loss is no longer a number.</exception>
    public ImageClassificationTransformer Fit(IDataView input, IDataView validation)
    {
        ArgumentNullException.ThrowIfNull(validation);
        return Train(input, validation);
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        SchemaShapes.CheckImages(inputSchema, _options.ImageColumnName, "Image");
        var label = SchemaShapes.Find(inputSchema, _options.LabelColumnName, "label");
        return label.IsKey
            ? SchemaShapes.Append(inputSchema, SchemaShapes.Vector(ScoreColumns.Score, NumberDataViewType.Single),
                SchemaShapes.Key(ScoreColumns.PredictedLabel, SchemaShapes.KeyValueTypeOf(label)))
            : throw new ArgumentException(
                $"Label column '{label.Name}' is a {label.Kind} of {label.ItemType}; it must be a key: map it with "
                    + "Conversion.MapValueToKey first.");
    }

    /// <summary>Makes the network with its starting values.</summary>
    private protected abstract ImageClassifier CreateClassifier(ClassKeys classes, Action<string> log);

    private ImageClassificationTransformer Train(IDataView input, IDataView? validation)
    {
        ArgumentNullException.ThrowIfNull(input);
        using var channel = _host.Start("Fit");
        var log = new SynthesisLog(channel);
        var classes = ClassKeys.Of(ExampleColumns.Find(input.Schema, _options).Label);
        var classifier = CreateClassifier(classes, log.Info);
        try
        {
            var side = _options.Augmentation.Crops
                ? (int)(classifier.ImageSize * CropRoom) : classifier.ImageSize;
            using var train = Read(input, "training data", side);
            CheckClasses(train.Examples, classes);
            using var validationRows = validation is null
                ? null : Read(validation, "validation data", classifier.ImageSize);
            log.Info($"Training on {train.Examples.Count} images of {classes.Count} classes, "
                + $"{train.Examples.Count(example => example.IsSynthetic)} of them synthetic.");
            new ClassifierTraining(classifier, classes.Count, _options, log.Info).Run(
                train.Examples, validationRows?.Examples);
            return new ImageClassificationTransformer(new RowScorer(
                classifier, classes, _options.ImageColumnName, _options.ImageFolder ?? "", _options.MaxImagePixels,
                _options.Reading));
        }
        catch
        {
            classifier.Dispose();
            throw;
        }

        ExampleSet Read(IDataView view, string what, int side) =>
            new ExampleReader(_options, image => classifier.Prepare(image, side), log.Warn).Read(view, classes, what);
    }

    private static void CheckClasses(IReadOnlyList<Example> examples, ClassKeys classes)
    {
        var found = examples.Select(example => example.Label).Distinct().ToList();
        if (found.Count < 2)
            throw new InvalidOperationException(
                $"All {examples.Count} rows of the training data are of class '{classes.Names[found[0]]}'; a "
                    + "classifier needs at least two classes.");
    }
}

/// <summary>The environment that a catalog belongs to.</summary>
internal static class CatalogEnvironment
{
    public static IHostEnvironment Of(TrainCatalogBase.CatalogInstantiatorBase catalog) => Of(OwnerOf(catalog));

    public static IHostEnvironment Of(TrainCatalogBase catalog) => EnvironmentOf(catalog);

    // ML.NET gives extension methods of other assemblies no public way to the environment of a catalog.
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_Owner")]
    private static extern TrainCatalogBase OwnerOf(TrainCatalogBase.CatalogInstantiatorBase catalog);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_Environment")]
    private static extern IHostEnvironment EnvironmentOf(TrainCatalogBase catalog);
}
