using MLNet.SynthAugment.Diffusion.Schedulers;
using MLNet.SynthAugment.Diffusion.UNets;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Training;

/// <summary>The simple objective of diffusion training (Ho et al. 2020, equation 14).</summary>
public static class NoisePredictionLoss
{
    /// <summary>Mean squared error between the prediction and its target: ε, v or x₀, as the scheduler's configuration says.</summary>
    /// <param name="unet">The noise predictor.</param>
    /// <param name="scheduler">The forward process.</param>
    /// <param name="latents">Scaled latents, float32 [B, C, H, W].</param>
    /// <param name="noise">Unit normal noise of the same shape.</param>
    /// <param name="timesteps">B training timesteps.</param>
    /// <param name="encoderHiddenStates">Text embeddings [B, L, D].</param>
    /// <returns>A float32 scalar with its graph; its parts belong to the current dispose scope.</returns>
    /// <exception cref="ArgumentException">Shapes do not fit each other.</exception>
    public static Tensor Compute(UNet2DConditionModel unet, Scheduler scheduler, Tensor latents, Tensor noise, IReadOnlyList<long> timesteps, Tensor encoderHiddenStates)
    {
        var noisy = scheduler.AddNoise(latents, noise, timesteps);
        var target = scheduler.TrainingTarget(latents, noise, timesteps);
        var prediction = unet.forward(noisy, tensor(timesteps.ToArray(), device: latents.device), encoderHiddenStates);
        return nn.functional.mse_loss(prediction.to(ScalarType.Float32), target.to(ScalarType.Float32));
    }
}
