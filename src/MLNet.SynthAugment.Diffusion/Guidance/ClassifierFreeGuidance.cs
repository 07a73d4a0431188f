namespace MLNet.SynthAugment.Diffusion.Guidance;

/// <summary>
/// Classifier-free guidance (Ho and Salimans 2022), which strengthens what the prompt changes: unconditional + scale ·
/// (conditional − unconditional).
/// </summary>
/// <param name="Scale">Strength, at least 0; at 1 the unconditional prediction cancels out and is not made.</param>
public sealed record ClassifierFreeGuidance(double Scale) : IGuidance
{
    /// <inheritdoc/>
    public IReadOnlyList<GuidancePart> Parts =>
        Scale == 1 ? [GuidancePart.Conditional] : [GuidancePart.Unconditional, GuidancePart.Conditional];

    /// <inheritdoc/>
    public Tensor Combine(IReadOnlyList<Tensor> predictions, GuidanceStep step) =>
        predictions is [var unconditional, var conditional]
            ? Extrapolate(unconditional, conditional, Scale) : predictions[0].alias();

    /// <summary>from + scale · (to − from).</summary>
    /// <param name="from">A prediction, [B, C, h, w].</param>
    /// <param name="to">Another, of the same shape.</param>
    /// <param name="scale">0 gives the first, 1 the second.</param>
    public static Tensor Extrapolate(Tensor from, Tensor to, double scale)
    {
        using var difference = to - from;
        using var push = difference * Kept(scale);
        return from.Plus(push);
    }
}
