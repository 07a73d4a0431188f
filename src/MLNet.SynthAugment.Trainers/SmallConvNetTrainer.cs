using MLNet.SynthAugment.Trainers.Classifiers;
using MLNet.SynthAugment.Trainers.ConvNets;

namespace MLNet.SynthAugment.Trainers;

/// <summary>
/// Trains a small convolutional network (four blocks, about 0.3 million weights) from scratch: what one has without
/// pre-trained weights, and a fast measure of what augmentation does.
/// </summary>
public sealed class SmallConvNetTrainer : ImageTrainer
{
    private readonly Options _options;

    internal SmallConvNetTrainer(IHostEnvironment environment, Options options)
        : base(environment, "SmallConvNet", options) => _options = (Options)options.Clone();

    private protected override ImageClassifier CreateClassifier(ClassKeys classes, Action<string> log)
    {
        using var generator = Noise.CreateGenerator(new NoiseKey(_options.Seed), "classifier weights");
        return new ConvNetClassifier(
            new ConvNetShape(_options.ImageSize, [.. _options.Widths], classes.Count),
            ComputeDevice.Select(_options.Device, log), generator);
    }

    /// <summary>All options of <see cref="SmallConvNetTrainer"/>.</summary>
    public sealed class Options : ImageTrainerOptions
    {
        private const int LargestImage = 256;

        /// <summary>Options with the values that suit a few hundred images.</summary>
        public Options() => (WeightDecay, Epochs) = (0.02, 100);

        /// <summary>
        /// Side of the images that the network sees, in pixels, at least twice what its blocks halve it by (32 for four
        /// blocks) and at most 256. Images are resized by their shorter edge, and the middle square is taken.
        /// </summary>
        public int ImageSize { get; set; } = 32;

        /// <summary>Channels of the blocks, each of which halves the image; one to six of them.</summary>
        public IReadOnlyList<int> Widths { get; set; } = [32, 64, 128, 128];

        internal override double OwnLearningRate => 2e-3;

        internal override void Validate()
        {
            base.Validate();
            Require(Widths is { Count: >= 1 and <= 6 } && Widths.All(width => width >= 1), nameof(Widths),
                string.Join(", ", Widths ?? []), "one to six numbers above 0");
            Require(ImageSize >= 2 << Widths!.Count && ImageSize <= LargestImage, nameof(ImageSize), ImageSize,
                $"from {2 << Widths.Count} to {LargestImage} pixels for {Widths.Count} blocks");
        }
    }
}

/// <summary>Adds <c>Trainers.SmallConvNet</c> to <c>mlContext.MulticlassClassification</c>.</summary>
public static class SmallConvNetCatalog
{
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

    /// <inheritdoc cref="SmallConvNet(MulticlassClassificationCatalog.MulticlassClassificationTrainers,
    /// string, string, string, int)"/>
    /// <param name="catalog">The catalog.</param>
    /// <param name="options">All options.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static SmallConvNetTrainer SmallConvNet(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog,
        SmallConvNetTrainer.Options options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        return new SmallConvNetTrainer(CatalogEnvironment.Of(catalog), options);
    }
}
