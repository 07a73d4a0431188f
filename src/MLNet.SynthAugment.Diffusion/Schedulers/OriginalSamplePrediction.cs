namespace MLNet.SynthAugment.Diffusion.Schedulers;

/// <summary>
/// Turns what a model predicts into the clean sample x₀ and the noise ε it implies. Coefficients are float32 as the
/// tables are, here and in the steps: where they cancel (few steps, much noise), double precision would lead to other
/// samples than diffusers gives.
/// </summary>
internal static class OriginalSamplePrediction
{
    public static Tensor Original(SchedulerConfig config, Tensor modelOutput, Tensor sample, float alphaCumprod)
    {
        var (signal, noise) = (MathF.Sqrt(alphaCumprod), MathF.Sqrt(1 - alphaCumprod));
        return config.PredictionType switch
        {
            PredictionType.Epsilon when alphaCumprod == 0 => throw new InvalidOperationException(
                "A model that predicts epsilon cannot start from pure noise (rescale_betas_zero_snr): use leading "
                    + "timestep spacing or a v-prediction model."),
            PredictionType.Epsilon => (sample - Kept(noise) * modelOutput) / Kept(signal),
            PredictionType.VPrediction => Kept(signal) * sample - Kept(noise) * modelOutput,
            _ => modelOutput.alias(),
        };
    }

    public static Tensor Epsilon(SchedulerConfig config, Tensor modelOutput, Tensor sample, float alphaCumprod) =>
        config.PredictionType switch
        {
            PredictionType.Epsilon => modelOutput.alias(),
            PredictionType.VPrediction =>
                (Kept(MathF.Sqrt(alphaCumprod)) * modelOutput).Plus(Kept(MathF.Sqrt(1 - alphaCumprod)) * sample),
            _ => EpsilonOf(modelOutput, sample, alphaCumprod),
        };

    public static Tensor EpsilonOf(Tensor original, Tensor sample, float alphaCumprod) =>
        (sample - Kept(MathF.Sqrt(alphaCumprod)) * original) / Kept(MathF.Sqrt(1 - alphaCumprod));

    /// <summary>Thresholding or clamping of x₀, as the configuration asks.</summary>
    public static Tensor Bound(SchedulerConfig config, Tensor original) =>
        config.Thresholding ? DynamicThreshold(config, original)
        : config.ClipSample ? original.clamp(Kept(-config.ClipSampleRange), Kept(config.ClipSampleRange))
        : original.alias();

    // Saharia et al. 2022, section 2.3: a quantile of |x0| a sample, at least 1, becomes the bound and is divided out.
    private static Tensor DynamicThreshold(SchedulerConfig config, Tensor original)
    {
        var batch = original.shape[0];
        var magnitudes = original.reshape(batch, -1).abs();
        var threshold = quantile(
            magnitudes, tensor(config.DynamicThresholdingRatio, magnitudes.dtype, magnitudes.device), dim: 1)
            .clamp(Kept(1), Kept(config.SampleMaxValue));
        var shape = Enumerable.Repeat(1L, (int)original.dim()).ToArray();
        shape[0] = batch;
        var bound = threshold.reshape(shape);
        return original.clamp(-bound, bound) / bound;
    }
}
