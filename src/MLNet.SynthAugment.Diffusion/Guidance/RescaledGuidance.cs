namespace MLNet.SynthAugment.Diffusion.Guidance;

/// <summary>
/// Pulls the spread of another guidance's prediction back to that of the conditional one, sample by sample (Lin et al.
/// 2024, equations 15 and 16), against over-exposed images.
/// </summary>
/// <param name="Inner">The other guidance, among whose parts is <see cref="GuidancePart.Conditional"/>.</param>
/// <param name="Rescale">0 (unchanged) to 1 (full).</param>
public sealed record RescaledGuidance(IGuidance Inner, double Rescale) : IGuidance
{
    /// <inheritdoc/>
    public IReadOnlyList<GuidancePart> Parts => Inner.Parts;

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The other guidance has no conditional prediction.</exception>
    public Tensor Combine(IReadOnlyList<Tensor> predictions, GuidanceStep step)
    {
        var place = Parts.ToList().IndexOf(GuidancePart.Conditional);
        if (place < 0)
            throw new InvalidOperationException(
                $"{Inner.GetType().Name} makes no conditional prediction, to whose spread its result could be pulled.");
        using var scope = NewDisposeScope();
        var (guided, conditional) = (Inner.Combine(predictions, step), predictions[place]);
        long[] dimensions = [.. Enumerable.Range(1, (int)guided.dim() - 1)];
        var ratio = conditional.std(dimensions, unbiased: true, keepdim: true)
            / guided.std(dimensions, unbiased: true, keepdim: true);
        return (guided * (ratio * Kept(Rescale)).Plus(1 - Rescale)).MoveToOuterDisposeScope();
    }
}
