namespace MLNet.SynthAugment.Diffusion.UNets;

/// <summary>
/// What a UNet does to compute the same faster: results differ by rounding alone. All are on; switching one off is for
/// measuring what it brings (docs/performance.md).
/// </summary>
public sealed record UNetOptimizations
{
    /// <summary>Nothing but the plain arithmetic.</summary>
    public static UNetOptimizations None { get; } = new()
    {
        ReusesTextKeysAndValues = false,
        SharesTimeEmbedding = false,
        GatesInTwoProducts = false,
        KeepsImageLayout = false,
    };

    /// <summary>
    /// Sampling computes the keys and values of the attentions to the prompt once for all steps
    /// (<see cref="UNet2DConditionModel.PrepareText"/>).
    /// </summary>
    public bool ReusesTextKeysAndValues { get; init; } = true;

    /// <summary>
    /// Rows with one timestep share its embedding, which then goes into the biases of the residual blocks' first
    /// convolutions instead of being added to their outputs.
    /// </summary>
    public bool SharesTimeEmbedding { get; init; } = true;

    /// <summary>
    /// The gated feed-forward layers compute value and gate as two products, so that the activation gets contiguous
    /// memory, on which it is several times as fast.
    /// </summary>
    public bool GatesInTwoProducts { get; init; } = true;

    /// <summary>
    /// Transformers leave images in the layout [B, C, H, W], and tokens in [B, S, C]; else both turn up transposed,
    /// which makes norms and convolutions after them slow.
    /// </summary>
    public bool KeepsImageLayout { get; init; } = true;
}

/// <summary>
/// Ways to compute less at the price of a somewhat different result; none by default. docs/performance.md has errors
/// and gains.
/// </summary>
/// <param name="DeepFeatures">What a run of sampling takes over from step to step; null to compute all. It stays the
/// caller's.</param>
/// <param name="MergedTokens">
/// Which part of the image tokens the self-attentions of the largest images merge with similar ones, 0 (none) to 0.75
/// (Bolya and Hoffman 2023).
/// </param>
public sealed record UNetApproximations(DeepFeatureCache? DeepFeatures = null, double MergedTokens = 0);
