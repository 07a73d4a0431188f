using System.Runtime.CompilerServices;
using MLNet.SynthAugment.Methods;

namespace MLNet.SynthAugment;

/// <summary>Adds <c>SynthesizeFewShot</c> to <c>mlContext.Transforms</c>.</summary>
public static class SynthesizeFewShotCatalog
{
    /// <summary>
    /// Learns from the few images of each class to make more of them, and appends the synthetic rows to the training
    /// view. Test data, held-out folds and single predictions pass through with their own rows.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="labelColumnName">The class of a row: text, a key, a number or Boolean.</param>
    /// <param name="imageColumnName">The image of a row: an image, the path of a file as text, or a file's
    /// bytes.</param>
    /// <param name="imagesPerClass">How many synthetic images to add to each class.</param>
    /// <param name="method">How to make them; by default <see cref="ImageVariation"/> with the embedded model,
    /// <see cref="DataDream"/> with any other.</param>
    /// <param name="model">The diffusion model; by default <see cref="DiffusionModel.Embedded"/>.</param>
    /// <exception cref="ArgumentException">An argument is out of range.</exception>
    public static SynthesizeFewShotEstimator SynthesizeFewShot(
        this TransformsCatalog catalog, string labelColumnName = "Label", string imageColumnName = "Image",
        int imagesPerClass = 500, ISynthesisMethod? method = null, DiffusionModel? model = null) =>
        catalog.SynthesizeFewShot(new SynthesizeFewShotEstimator.Options
        {
            LabelColumnName = labelColumnName,
            ImageColumnName = imageColumnName,
            ImagesPerClass = imagesPerClass,
            Method = method,
            Model = model,
        });

    /// <inheritdoc cref="SynthesizeFewShot(TransformsCatalog, string, string, int, ISynthesisMethod, DiffusionModel)"/>
    /// <param name="catalog">The catalog.</param>
    /// <param name="options">All options.</param>
    public static SynthesizeFewShotEstimator SynthesizeFewShot(
        this TransformsCatalog catalog, SynthesizeFewShotEstimator.Options options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        return new SynthesizeFewShotEstimator(EnvironmentOf(catalog), options);
    }

    // ML.NET gives extension methods of other assemblies no public way to the environment of a catalog.
    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_env")]
    private static extern ref IHostEnvironment EnvironmentOf(TransformsCatalog catalog);
}
