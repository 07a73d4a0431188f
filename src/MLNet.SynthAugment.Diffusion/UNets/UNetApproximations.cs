namespace MLNet.SynthAugment.Diffusion.UNets;

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
