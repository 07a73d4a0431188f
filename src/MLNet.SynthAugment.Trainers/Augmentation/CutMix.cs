namespace MLNet.SynthAugment.Trainers.Augmentation;

/// <summary>
/// CutMix (Yun et al. 2019): a rectangle of the second image is pasted into the first. Its area is a share 1 − λ with λ
/// of Beta(α, α), its centre anywhere, and what lies outside of the image is cut off.
/// </summary>
public sealed record CutMix : IImageMix
{
    /// <summary>α, above 0; with 1 all areas are as likely.</summary>
    public double Alpha { get; init; } = 1;

    /// <inheritdoc/>
    public void Validate()
    {
        if (Alpha is not > 0)
            throw new ArgumentException($"α of {nameof(CutMix)} is {Alpha}; it must be above 0.");
    }

    /// <inheritdoc/>
    public (Tensor Image, double FirstShare) Mix(Tensor first, Tensor second, SeededRandom random)
    {
        var (height, width) = (first.shape[1], first.shape[2]);
        var side = Math.Sqrt(1 - random.Beta(Alpha));
        var (top, bottom) = Span(height, side, random);
        var (left, right) = Span(width, side, random);
        var mixed = first.clone();
        using var scope = NewDisposeScope();
        mixed.narrow(1, top, bottom - top).narrow(2, left, right - left)
            .copy_(second.narrow(1, top, bottom - top).narrow(2, left, right - left));
        return (mixed, 1 - (double)((bottom - top) * (right - left)) / (height * width));
    }

    private static (long First, long End) Span(long length, double share, SeededRandom random)
    {
        var centre = random.Next((int)length);
        var half = (long)(length * share / 2);
        return (Math.Max(0, centre - half), Math.Min(length, centre + half));
    }
}
