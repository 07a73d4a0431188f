using MLNet.SynthAugment.Diffusion.Schedulers;
using MLNet.SynthAugment.Diffusion.UNets;

namespace MLNet.SynthAugment.Diffusion.Training;

/// <summary>The simple objective of diffusion training (Ho et al. 2020, equation 14).</summary>
public static class NoisePredictionLoss
{
    /// <summary>
    /// Mean squared error between the prediction and its target: ε, v or x₀, as the scheduler's configuration says.
    /// </summary>
    /// <param name="unet">The noise predictor.</param>
    /// <param name="scheduler">The forward process.</param>
    /// <param name="latents">The latents with their noise.</param>
    /// <param name="encoderHiddenStates">Text embeddings [B, L, D].</param>
    /// <param name="conditions">What the UNet takes beside; null for none.</param>
    /// <param name="minSnrGamma">Bound γ of min-SNR weighting (see <see cref="MinSnrWeighting"/>); null for
    /// none.</param>
    /// <returns>A float32 scalar with its graph; its parts belong to the current dispose scope.</returns>
    /// <exception cref="ArgumentException">Shapes do not fit each other.</exception>
    public static Tensor Compute(
        UNet2DConditionModel unet, Scheduler scheduler, NoisedLatents latents, Tensor encoderHiddenStates,
        UNetConditions? conditions = null, double? minSnrGamma = null)
    {
        var timesteps = tensor(latents.Timesteps.ToArray(), device: latents.Values.device);
        var prediction = unet.forward(Input(scheduler, latents), timesteps, encoderHiddenStates, conditions);
        return Error(prediction, scheduler, latents, minSnrGamma);
    }

    /// <summary>What the UNet sees: noisy latents, and the channels that follow them.</summary>
    internal static Tensor Input(Scheduler scheduler, NoisedLatents latents)
    {
        var noisy = scheduler.AddNoise(latents.Values, latents.Noise, latents.Timesteps);
        return latents.ExtraChannels is null ? noisy : cat([noisy, latents.ExtraChannels], 1);
    }

    /// <summary>The mean squared error of a prediction.</summary>
    internal static Tensor Error(Tensor prediction, Scheduler scheduler, NoisedLatents latents, double? minSnrGamma)
    {
        var target = scheduler.TrainingTarget(latents.Values, latents.Noise, latents.Timesteps).to(ScalarType.Float32);
        if (minSnrGamma is not { } gamma)
            return nn.functional.mse_loss(prediction.to(ScalarType.Float32), target);
        var errors = (prediction.to(ScalarType.Float32) - target).Squared().mean([1, 2, 3]);
        var weights = MinSnrWeighting.Weights(scheduler, latents.Timesteps, gamma);
        return (errors * tensor(weights, device: latents.Values.device)).mean();
    }
}

/// <summary>B latents with the noise that is added to them.</summary>
/// <param name="Values">Scaled latents, float32 [B, C, H, W].</param>
/// <param name="Noise">Unit normal noise of the same shape.</param>
/// <param name="Timesteps">B training timesteps, which say how much of it is added.</param>
/// <param name="ExtraChannels">Channels [B, c, H, W] that follow the noisy latents', such as another image's latents;
/// null for none.</param>
public sealed record NoisedLatents(
    Tensor Values, Tensor Noise, IReadOnlyList<long> Timesteps, Tensor? ExtraChannels = null);

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
