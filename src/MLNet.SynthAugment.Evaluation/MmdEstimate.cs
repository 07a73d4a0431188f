namespace MLNet.SynthAugment.Evaluation;

/// <summary>An estimate of a squared maximum mean discrepancy.</summary>
/// <param name="Value">The unbiased estimate: around 0, also a little below, for two samples of one
/// distribution.</param>
/// <param name="StandardError">Its standard error over both samples, by the jackknife; rather too large than too small
/// near 0.</param>
public sealed record MmdEstimate(double Value, double StandardError);
