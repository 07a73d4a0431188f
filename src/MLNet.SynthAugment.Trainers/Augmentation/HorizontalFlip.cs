namespace MLNet.SynthAugment.Trainers.Augmentation;

/// <summary>Mirrors an image left to right. Not for characters, signs and the like, which become others.</summary>
public sealed record HorizontalFlip : IImageAugmentation
{
    /// <summary>The share of images that are mirrored, 0 to 1.</summary>
    public double Probability { get; init; } = 0.5;

    /// <inheritdoc/>
    public void Validate()
    {
        if (Probability is not (>= 0 and <= 1))
            throw new ArgumentException(
                $"{nameof(HorizontalFlip)} has the probability {Probability}; it must be between 0 and 1.");
    }

    /// <inheritdoc/>
    public Tensor Apply(Tensor image, SeededRandom random) =>
        random.Chance(Probability) ? image.flip(2) : image.alias();
}
