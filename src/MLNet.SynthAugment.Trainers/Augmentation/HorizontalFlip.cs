using MLNet.SynthAugment.Diffusion;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Trainers.Augmentation;

/// <summary>Mirrors an image left to right. Not for characters, signs and the like, which become others.</summary>
public sealed record HorizontalFlip : IImageAugmentation
{
    /// <summary>How often, 0 to 1.</summary>
    public double Probability { get; init; } = 0.5;

    /// <inheritdoc/>
    public Tensor Apply(Tensor image, SeededRandom random) => random.Chance(Probability)
        ? image.flip(2) : image.alias();
}
