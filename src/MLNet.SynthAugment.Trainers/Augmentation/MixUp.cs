namespace MLNet.SynthAugment.Trainers.Augmentation;

/// <summary>MixUp (Zhang et al. 2018): λ·first + (1−λ)·second with λ of Beta(α, α).</summary>
public sealed record MixUp : IImageMix
{
    /// <summary>α, above 0: the smaller, the more one of the two images prevails.</summary>
    public double Alpha { get; init; } = 0.2;

    /// <inheritdoc/>
    public void Validate()
    {
        if (Alpha is not > 0)
            throw new ArgumentException($"α of {nameof(MixUp)} is {Alpha}; it must be above 0.");
    }

    /// <inheritdoc/>
    public (Tensor Image, double FirstShare) Mix(Tensor first, Tensor second, SeededRandom random)
    {
        var share = random.Beta(Alpha);
        using var scope = NewDisposeScope();
        return ((first * Kept(share)).Plus(second * Kept(1 - share)).MoveToOuterDisposeScope(), share);
    }
}
