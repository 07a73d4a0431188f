using System.Runtime.CompilerServices;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace MLNet.SynthAugment.Trainers;

/// <summary>Adds image classifiers to <c>mlContext.MulticlassClassification</c> and its <c>Trainers</c>.</summary>
public static class ClassificationCatalog
{
    /// <summary>
    /// Fine-tunes CLIP by LoRA, with texts of the class names as the classifier's weights, as DataDream does.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="labelColumnName">The class of a row, a key.</param>
    /// <param name="imageColumnName">The image of a row: an image, the path of a file as text, or a file's
    /// bytes.</param>
    /// <param name="exampleWeightColumnName">How much a row counts; null for DataDream's weighting of real and
    /// synthetic rows.</param>
    /// <param name="model">The CLIP model; by default <see cref="ImageTextModel.Embedded"/>.</param>
    public static ClipLoraTrainer ClipLora(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog, string labelColumnName = "Label",
        string imageColumnName = "Image",
        string? exampleWeightColumnName = null, ImageTextModel? model = null) =>
        catalog.ClipLora(new ClipLoraTrainer.Options
        {
            LabelColumnName = labelColumnName,
            ImageColumnName = imageColumnName,
            ExampleWeightColumnName = exampleWeightColumnName,
            Model = model,
        });

    /// <inheritdoc cref="ClipLora(MulticlassClassificationCatalog.MulticlassClassificationTrainers, string, string, string, ImageTextModel)"/>
    /// <param name="catalog">The catalog.</param>
    /// <param name="options">All options.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static ClipLoraTrainer ClipLora(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog, ClipLoraTrainer.Options options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        return new ClipLoraTrainer(EnvironmentOf(OwnerOf(catalog)), options);
    }

    /// <summary>Trains a small convolutional network from scratch.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="labelColumnName">The class of a row, a key.</param>
    /// <param name="imageColumnName">The image of a row: an image, the path of a file as text, or a file's
    /// bytes.</param>
    /// <param name="exampleWeightColumnName">How much a row counts; null for DataDream's weighting of real and
    /// synthetic rows.</param>
    /// <param name="imageSize">Side of the images that the network sees, in pixels.</param>
    public static SmallConvNetTrainer SmallConvNet(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog, string labelColumnName = "Label",
        string imageColumnName = "Image",
        string? exampleWeightColumnName = null, int imageSize = 32) =>
        catalog.SmallConvNet(new SmallConvNetTrainer.Options
        {
            LabelColumnName = labelColumnName,
            ImageColumnName = imageColumnName,
            ExampleWeightColumnName = exampleWeightColumnName,
            ImageSize = imageSize,
        });

    /// <inheritdoc cref="SmallConvNet(MulticlassClassificationCatalog.MulticlassClassificationTrainers, string, string, string, int)"/>
    /// <param name="catalog">The catalog.</param>
    /// <param name="options">All options.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static SmallConvNetTrainer SmallConvNet(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog,
        SmallConvNetTrainer.Options options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        return new SmallConvNetTrainer(EnvironmentOf(OwnerOf(catalog)), options);
    }

    /// <summary>
    /// Scores images by CLIP's cosine with texts of the class names (Radford et al. 2021, section 3.1): nothing is
    /// trained.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="imageColumnName">The image of a row: an image, the path of a file as text, or a file's
    /// bytes.</param>
    /// <param name="labels">The classes, at least two; null takes the key values of the label column.</param>
    /// <param name="labelColumnName">A key column with key values, read only where <paramref name="labels"/> is
    /// null.</param>
    /// <param name="model">The CLIP model; by default <see cref="ImageTextModel.Embedded"/>.</param>
    public static ClipZeroShotEstimator ClipZeroShot(
        this MulticlassClassificationCatalog catalog, string imageColumnName = "Image",
        IReadOnlyList<string>? labels = null,
        string labelColumnName = "Label", ImageTextModel? model = null) =>
        catalog.ClipZeroShot(new ClipZeroShotEstimator.Options
        {
            ImageColumnName = imageColumnName,
            Labels = labels,
            LabelColumnName = labelColumnName,
            Model = model,
        });

    /// <inheritdoc cref="ClipZeroShot(MulticlassClassificationCatalog, string, IReadOnlyList{string}, string, ImageTextModel)"/>
    /// <param name="catalog">The catalog.</param>
    /// <param name="options">All options.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static ClipZeroShotEstimator ClipZeroShot(
        this MulticlassClassificationCatalog catalog, ClipZeroShotEstimator.Options options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        return new ClipZeroShotEstimator(EnvironmentOf(catalog), options);
    }

    // ML.NET gives extension methods of other assemblies no public way to the environment of a catalog.
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_Owner")]
    private static extern TrainCatalogBase OwnerOf(TrainCatalogBase.CatalogInstantiatorBase catalog);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_Environment")]
    private static extern IHostEnvironment EnvironmentOf(TrainCatalogBase catalog);
}
