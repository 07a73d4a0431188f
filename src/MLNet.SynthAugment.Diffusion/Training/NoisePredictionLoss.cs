using MLNet.SynthAugment.Diffusion.Schedulers;
using MLNet.SynthAugment.Diffusion.UNets;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Training;

/// <summary>The simple objective of diffusion training (Ho et al. 2020, equation 14).</summary>
public static class NoisePredictionLoss
{
    /// <summary>
    /// Mean squared error between the prediction and its target: ε, v or x₀, as the scheduler's configuration says.
    /// </summary>
    /// <param name="unet">The noise predictor.</param>
    /// <param name="scheduler">The forward process.</param>
    /// <param name="latents">Scaled latents, float32 [B, C, H, W].</param>
    /// <param name="noise">Unit normal noise of the same shape.</param>
    /// <param name="timesteps">B training timesteps.</param>
    /// <param name="encoderHiddenStates">Text embeddings [B, L, D].</param>
    /// <param name="conditions">What the UNet takes beside; null for none.</param>
    /// <param name="minSnrGamma">Bound γ of min-SNR weighting (see <see cref="MinSnrWeighting"/>); null for
    /// none.</param>
    /// <param name="extraChannels">Channels [B, c, H, W] that follow the noisy latents', such as another image's
    /// latents; null for none.</param>
    /// <returns>A float32 scalar with its graph; its parts belong to the current dispose scope.</returns>
    /// <exception cref="ArgumentException">Shapes do not fit each other.</exception>
    public static Tensor Compute(
        UNet2DConditionModel unet, Scheduler scheduler, Tensor latents, Tensor noise, IReadOnlyList<long> timesteps,
        Tensor encoderHiddenStates, UNetConditions? conditions = null, double? minSnrGamma = null,
            Tensor? extraChannels = null)
    {
        var noisy = Input(scheduler, latents, noise, timesteps, extraChannels);
        var prediction = unet.forward(
            noisy, tensor(timesteps.ToArray(), device: latents.device), encoderHiddenStates, conditions);
        return Error(prediction, scheduler, latents, noise, timesteps, minSnrGamma);
    }

    /// <summary>What the UNet sees: noisy latents, and the channels that follow them.</summary>
    internal static Tensor Input(
        Scheduler scheduler, Tensor latents, Tensor noise, IReadOnlyList<long> timesteps, Tensor? extraChannels)
    {
        var noisy = scheduler.AddNoise(latents, noise, timesteps);
        return extraChannels is null ? noisy : cat([noisy, extraChannels], 1);
    }

    /// <summary>The mean squared error of a prediction.</summary>
    internal static Tensor Error(
        Tensor prediction, Scheduler scheduler, Tensor latents, Tensor noise, IReadOnlyList<long> timesteps,
        double? minSnrGamma)
    {
        var target = scheduler.TrainingTarget(latents, noise, timesteps).to(ScalarType.Float32);
        if (minSnrGamma is not { } gamma) return nn.functional.mse_loss(prediction.to(ScalarType.Float32), target);
        var errors = (prediction.to(ScalarType.Float32) - target).Squared().mean([1, 2, 3]);
        return (errors * tensor(MinSnrWeighting.Weights(scheduler, timesteps, gamma), device: latents.device)).mean();
    }
}
