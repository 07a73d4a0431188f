namespace MLNet.SynthAugment.Trainers.Augmentation;

/// <summary>What a trainer does to its images: steps on each image, then mixes within a batch.</summary>
public sealed record ImageAugmentation
{
    /// <summary>Nothing.</summary>
    public static ImageAugmentation None { get; } = new();

    /// <summary>
    /// For photographs: random resized crops, mirror images, RandAugment, and MixUp or CutMix in a fifth of the
    /// batches, as in DataDream's classifier.
    /// </summary>
    public static ImageAugmentation Photographs { get; } = new()
    {
        Steps = [new RandomResizedCrop(), new HorizontalFlip(), new RandAugment()],
        Mixes = [new MixUp(), new CutMix()],
    };

    /// <summary>
    /// For drawn characters and other line drawings: strong affine changes and nothing else, in particular no mirror
    /// images.
    /// </summary>
    public static ImageAugmentation Drawings { get; } = new() { Steps = [new RandomAffine()] };

    /// <summary>What is done to each image, in this order.</summary>
    public IReadOnlyList<IImageAugmentation> Steps { get; init; } = [];

    /// <summary>
    /// The ways in which images of a batch are mixed. A batch that is mixed gets one of them, each as often.
    /// </summary>
    public IReadOnlyList<IImageMix> Mixes { get; init; } = [];

    /// <summary>The share of the batches that are mixed, 0 to 1.</summary>
    public double MixProbability { get; init; } = 0.2;

    /// <summary>Whether images stay as they are.</summary>
    public bool IsNone => Steps.Count == 0 && Mixes.Count == 0;

    /// <summary>Whether a step cuts out parts of images.</summary>
    internal bool Crops => Steps.Any(step => step.Crops);

    /// <summary>The same without the steps and mixes of one type.</summary>
    /// <typeparam name="T">The type, such as <see cref="HorizontalFlip"/>.</typeparam>
    public ImageAugmentation Without<T>() => this with
    {
        Steps = [.. Steps.Where(step => step is not T)],
        Mixes = [.. Mixes.Where(mix => mix is not T)],
    };

    /// <summary>The same with further steps after the others.</summary>
    /// <param name="steps">The steps.</param>
    public ImageAugmentation With(params IReadOnlyList<IImageAugmentation> steps) =>
        this with { Steps = [.. Steps, .. steps] };

    /// <summary>All settings as JSON: of each step and mix its name and its properties.</summary>
    /// <param name="format">How properties are written.</param>
    public JsonObject Describe(JsonSerializerOptions format) => new()
    {
        [nameof(Steps)] = new JsonArray([.. Steps.Select(step => Named(step, format))]),
        [nameof(Mixes)] = new JsonArray([.. Mixes.Select(mix => Named(mix, format))]),
        [nameof(MixProbability)] = MixProbability,
    };

    private static JsonNode Named(object step, JsonSerializerOptions format) => new JsonObject
    { [step.GetType().Name] = JsonSerializer.SerializeToNode(step, step.GetType(), format) };

    /// <summary>Augments one image.</summary>
    /// <param name="image">float32 [3, H, W], 0 to 1, on the CPU; it is not changed.</param>
    /// <param name="size">Side of the square result in pixels; without a crop the image must have it already.</param>
    /// <param name="random">The only source of random numbers.</param>
    /// <returns>A new tensor [3, size, size].</returns>
    internal Tensor Apply(Tensor image, int size, SeededRandom random)
    {
        using var scope = NewDisposeScope();
        return Steps.Aggregate(image.alias(), (changed, step) => step.ForSize(size).Apply(changed, random))
            .MoveToOuterDisposeScope();
    }

    /// <summary>How the images of one batch are mixed; null for not at all.</summary>
    internal IImageMix? DrawMix(SeededRandom random) =>
        Mixes.Count > 0 && random.Chance(MixProbability) ? Mixes[random.Next(Mixes.Count)] : null;

    /// <exception cref="ArgumentException">A setting is out of range.</exception>
    internal void Validate()
    {
        foreach (var step in Steps)
            step.Validate();
        foreach (var mix in Mixes)
            mix.Validate();
        if (MixProbability is not (>= 0 and <= 1))
            throw new ArgumentException($"{nameof(MixProbability)} is {MixProbability}; it must be between 0 and 1.");
    }
}
