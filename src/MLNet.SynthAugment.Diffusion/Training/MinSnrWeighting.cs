using MLNet.SynthAugment.Diffusion.Schedulers;

namespace MLNet.SynthAugment.Diffusion.Training;

/// <summary>
/// Min-SNR-γ weights of the loss (Hang et al. 2023, section 3.4): with SNR = ᾱ / (1 − ᾱ) the loss on x₀ is weighted by
/// min(SNR, γ), so that the many steps of little noise do not outweigh the others. The same weights for other targets
/// are min(SNR, γ) / SNR for ε and min(SNR, γ) / (SNR + 1) for v.
/// </summary>
public static class MinSnrWeighting
{
    /// <summary>The weight of each row.</summary>
    /// <param name="scheduler">The forward process, and what the model predicts.</param>
    /// <param name="timesteps">Training timesteps.</param>
    /// <param name="gamma">The bound γ, above 0; 5 in the paper.</param>
    public static float[] Weights(Scheduler scheduler, IReadOnlyList<long> timesteps, double gamma) =>
        [.. timesteps.Select(t =>
    {
        double alpha = scheduler.NoiseSchedule.AlphasCumprod[(int)t];
        var snr = alpha / (1 - alpha);
        return (float)(scheduler.Config.PredictionType switch
        {
            // The limit 1 also where a schedule ends in pure noise and SNR is 0.
            PredictionType.Epsilon => snr <= gamma ? 1 : gamma / snr,
            PredictionType.VPrediction => Math.Min(snr, gamma) / (snr + 1),
            _ => Math.Min(snr, gamma),
        });
    })];
}
