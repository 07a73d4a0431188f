using MLNet.SynthAugment.Diffusion.Layers;
using MLNet.SynthAugment.Diffusion.Pretraining.Drawings;
using MLNet.SynthAugment.Diffusion.Pretraining.Optimization;
using MLNet.SynthAugment.Diffusion.Schedulers;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace MLNet.SynthAugment.Diffusion.Pretraining;

/// <summary>
/// Trains text encoder and UNet together to predict the velocity of noisy latents (Salimans and Ho 2022) under a prompt
/// that is now and then empty.
/// </summary>
internal sealed class DiffusionTraining(PretrainingOptions options, TrainingPictures pictures, LatentDiffusionModel model)
{
    private const string StageName = "diffusion";
    private readonly Scheduler _scheduler = Scheduler.Create(model.SchedulerConfig);

    /// <summary>Trains, or goes on from a checkpoint; at the end the model holds the averaged weights.</summary>
    /// <param name="checkpointFolder">Where the checkpoint is kept.</param>
    /// <param name="sample">Called with the number of steps while the model holds averaged weights, now and then.</param>
    /// <param name="progress">Gets reports.</param>
    /// <param name="cancellationToken">Ends training; the checkpoint is kept.</param>
    public void Run(string checkpointFolder, Action<long> sample, IProgress<PretrainingProgress>? progress, CancellationToken cancellationToken)
    {
        using var generator = Noise.CreateGenerator(options.Seed, "", 0, "diffusion weights");
        ParameterInitializer.Initialize(model.TextEncoder, generator);
        ParameterInitializer.Initialize(model.UNet, generator);
        var parameters = model.TextEncoder.named_parameters().Select(p => ($"text_encoder.{p.name}", p.parameter))
            .Concat(model.UNet.named_parameters().Select(p => ($"unet.{p.name}", p.parameter)));
        using var optimizer = new AveragedAdamW(parameters);
        var stage = new TrainingStage(StageName, optimizer, options.DiffusionBudget, options.DiffusionLearningRate,
            Path.Combine(checkpointFolder, "diffusion.safetensors"), options.CheckpointInterval);
        stage.Run(options.DiffusionBatchSize, Loss, SampleAverages, progress, cancellationToken);
        optimizer.SwapAverages();

        void SampleAverages()
        {
            optimizer.SwapAverages();
            sample(stage.Steps);
            optimizer.SwapAverages();
        }
    }

    private Tensor Loss(long step)
    {
        var batch = PictureBatch.Draw(pictures, step, options.DiffusionBatchSize, model.Device);
        var latents = Latents(batch.Pictures, step);
        var noise = Noise.Normal(options.Seed, "", step, latents.shape, "diffusion noise").to(model.Device);
        var random = SeededRandom.Create(options.Seed, "", step, "timesteps");
        var timesteps = Timesteps(random);
        var prompts = batch.Prompts.SelectMany(prompt => model.Tokenizer.EncodePadded(random.Chance(options.EmptyPromptShare) ? "" : prompt)).ToArray();
        var ids = tensor(prompts, device: model.Device).reshape(options.DiffusionBatchSize, -1);
        var prediction = model.UNet.forward(
            _scheduler.AddNoise(latents, noise, timesteps),
            tensor(timesteps, device: model.Device),
            model.TextEncoder.forward(ids));
        return F.mse_loss(prediction, _scheduler.TrainingTarget(latents, noise, timesteps));
    }

    private Tensor Latents(Tensor images, long step)
    {
        using var gradientsOff = no_grad();
        var posterior = model.Vae.Encode(images);
        var noise = Noise.Normal(options.Seed, "", step, posterior.Mean.shape, "latent sample").to(model.Device);
        return posterior.Sample(noise) * model.Vae.ScalingFactor;
    }

    /// <summary>One timestep from each of B equal parts of the schedule: less variance than B independent ones.</summary>
    private long[] Timesteps(SeededRandom random)
    {
        var parts = options.DiffusionBatchSize;
        var range = model.SchedulerConfig.NumTrainTimesteps;
        return [.. Enumerable.Range(0, parts).Select(part => (long)((part + random.NextDouble()) * range / parts))];
    }
}
