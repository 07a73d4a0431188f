using MLNet.SynthAugment.Diffusion.Autoencoders;
using MLNet.SynthAugment.Diffusion.Layers;
using MLNet.SynthAugment.Pretraining.Drawings;
using MLNet.SynthAugment.Pretraining.Models;
using MLNet.SynthAugment.Pretraining.Optimization;
using F = TorchSharp.torch.nn.functional;

namespace MLNet.SynthAugment.Pretraining;

/// <summary>
/// Trains the autoencoder (Kingma and Welling 2014; Rombach et al. 2022, without their perceptual and adversarial
/// losses, which tiny pictures do not need) and measures the scale of its latents.
/// </summary>
internal sealed class AutoencoderTraining(PretrainingOptions options, TrainingPictures pictures, Device device)
{
    private const double KlWeight = 1e-3;
    private const int ScaleSamples = 512;
    private const string StageName = "autoencoder";

    /// <summary>Trains an autoencoder, or takes up the checkpoint of one that is being or has been trained.</summary>
    /// <returns>The autoencoder with averaged weights and its scaling factor set; the caller disposes it.</returns>
    public AutoencoderKL Run(
        string checkpointFolder, IProgress<PretrainingProgress>? progress, CancellationToken cancellationToken)
    {
        using var trained = new AutoencoderKL(SmallModel.Autoencoder, device, ScalarType.Float32);
        using var generator = Noise.CreateGenerator(new NoiseKey(options.Seed), "autoencoder weights");
        ParameterInitializer.Initialize(trained, generator);
        using var optimizer = new AveragedAdamW(trained.named_parameters());
        var stage = new TrainingStage(StageName, optimizer, options.AutoencoderBudget, options.AutoencoderLearningRate,
            Path.Combine(checkpointFolder, "autoencoder.safetensors"), options.CheckpointInterval);
        stage.Run(options.AutoencoderBatchSize, step => Loss(trained, step), () => { }, progress, cancellationToken);
        optimizer.SwapAverages();
        // The configuration, scaling factor included, is fixed when a model is built: so build it anew around the
        // weights.
        var finished = new AutoencoderKL(
            SmallModel.Autoencoder with { ScalingFactor = 1 / LatentDeviation(trained) }, device, ScalarType.Float32);
        finished.load_state_dict(trained.state_dict());
        return finished;
    }

    /// <summary>
    /// Mean absolute plus mean squared error, plus the KL divergence of the latents to a unit normal.
    /// </summary>
    private Tensor Loss(AutoencoderKL autoencoder, long step)
    {
        var batch = PictureBatch.Draw(pictures, step, options.AutoencoderBatchSize, device);
        var posterior = autoencoder.Encode(batch);
        var noise = Noise.Normal(new NoiseKey(options.Seed, Index: step), posterior.Mean.shape,
            "autoencoder latents").to(device);
        var decoded = autoencoder.Decode(posterior.Sample(noise));
        var divergence = Kept(0.5) * (posterior.Mean.Squared()
            .Plus(posterior.LogVariance.exp()) - Kept(1) - posterior.LogVariance).mean();
        return F.l1_loss(decoded, batch).Plus(F.mse_loss(decoded, batch)).Plus(Kept(KlWeight) * divergence);
    }

    /// <summary>
    /// Standard deviation of the latents about their channels' means, over pictures that training has not seen.
    /// </summary>
    private double LatentDeviation(AutoencoderKL autoencoder)
    {
        using var gradientsOff = no_grad();
        using var scope = NewDisposeScope();
        var batch = PictureBatch.Draw(pictures, step: 1L << 30, ScaleSamples, device);
        return autoencoder.Encode(batch).Mean.var([0, 2, 3], unbiased: false).mean().sqrt().item<float>();
    }
}
