using MLNet.SynthAugment.Diffusion;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Trainers.Augmentation;

/// <summary>What a trainer does to its images, in the order of the properties; null switches a step off.</summary>
public sealed record ImageAugmentation
{
    /// <summary>Nothing.</summary>
    public static ImageAugmentation None { get; } = new();

    /// <summary>
    /// For photographs: random resized crops, mirror images, RandAugment, and MixUp or CutMix in a fifth of the
    /// batches, as DataDream's classifier has it.
    /// </summary>
    public static ImageAugmentation Photographs { get; } = new()
    {
        Crop = new RandomResizedCrop(),
        Flip = new HorizontalFlip(),
        RandAugment = new RandAugment(),
        MixUp = new MixUp(),
        CutMix = new CutMix(),
    };

    /// <summary>
    /// For drawn characters and other line drawings: strong affine changes and nothing else, in particular no mirror
    /// images.
    /// </summary>
    public static ImageAugmentation Drawings { get; } = new() { Affine = new RandomAffine() };

    /// <summary>Random resized crops.</summary>
    public RandomResizedCrop? Crop { get; init; }

    /// <summary>Turns, scalings, shears and shifts.</summary>
    public RandomAffine? Affine { get; init; }

    /// <summary>Mirror images.</summary>
    public HorizontalFlip? Flip { get; init; }

    /// <summary>Random operations on place and colour.</summary>
    public RandAugment? RandAugment { get; init; }

    /// <summary>Mixes images of a batch.</summary>
    public MixUp? MixUp { get; init; }

    /// <summary>Pastes a part of one image of a batch into another.</summary>
    public CutMix? CutMix { get; init; }

    /// <summary>
    /// The share of the batches that are mixed, 0 to 1; with both ways to mix each gets half of them.
    /// </summary>
    public double MixProbability { get; init; } = 0.2;

    /// <summary>Further augmentations, applied after RandAugment.</summary>
    public IReadOnlyList<IImageAugmentation> Further { get; init; } = [];

    /// <summary>Augments one image.</summary>
    /// <param name="image">float32 [3, H, W], 0 to 1, on the CPU; not changed.</param>
    /// <param name="size">Side of the square result in pixels; without a crop the image must have it already.</param>
    /// <param name="random">Where all random numbers come from.</param>
    /// <returns>A new tensor [3, size, size].</returns>
    internal Tensor Apply(Tensor image, int size, SeededRandom random)
    {
        using var scope = NewDisposeScope();
        IEnumerable<IImageAugmentation?> steps =
            [Crop is null ? null : Crop with { Size = size }, Affine, Flip, RandAugment, .. Further];
        return steps.OfType<IImageAugmentation>()
            .Aggregate(image.alias(), (changed, step) => step.Apply(changed, random)).MoveToOuterDisposeScope();
    }

    /// <summary>How the images of one batch are mixed; null for not at all.</summary>
    internal IImageMix? DrawMix(SeededRandom random)
    {
        IImageMix[] ways = [.. new IImageMix?[] { MixUp, CutMix }.OfType<IImageMix>()];
        return ways.Length > 0 && random.Chance(MixProbability) ? ways[random.Next(ways.Length)] : null;
    }

    /// <exception cref="ArgumentException">A setting is out of range.</exception>
    internal void Check()
    {
        Crop?.Check();
        Affine?.Check();
        RandAugment?.Check();
        if (Flip is { Probability: not (>= 0 and <= 1) } || MixProbability is not (>= 0 and <= 1))
            throw new ArgumentException("Probabilities of an augmentation must be between 0 and 1.");
        if (MixUp is { Alpha: not > 0 } || CutMix is { Alpha: not > 0 })
            throw new ArgumentException("α of MixUp and CutMix must be above 0.");
    }
}
