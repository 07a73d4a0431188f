using MLNet.SynthAugment.Diffusion.Pipelines;
using MLNet.SynthAugment.Diffusion.Schedulers;
using MLNet.SynthAugment.Diffusion.Training;
using MLNet.SynthAugment.Diffusion.UNets;
using MLNet.SynthAugment.Pretraining.Drawings;
using MLNet.SynthAugment.Pretraining.Optimization;

namespace MLNet.SynthAugment.Pretraining;

/// <summary>
/// Trains the UNet to predict the velocity of noisy latents (Salimans and Ho 2022) of a picture under three conditions,
/// each of which is now and then left out: a prompt; the CLIP embedding of another picture of the class, noised to a
/// random level (Stable unCLIP; Ramesh et al. 2022); that picture's latents, joined to the noisy ones (Brooks et al.
/// 2023).
/// </summary>
internal sealed class DiffusionTraining(
    PretrainingOptions options, TrainingPictures pictures, LatentDiffusionModel model)
{
    private const string StageName = "diffusion";
    private readonly Scheduler _scheduler = Scheduler.Create(model.SchedulerConfig);
    private readonly ImageConditioner _conditioner = new(model);

    /// <summary>
    /// Trains from the weights that the UNet has, or goes on from a checkpoint; at the end the model holds the averaged
    /// weights.
    /// </summary>
    /// <param name="checkpointFolder">Where the checkpoint is kept.</param>
    /// <param name="show">Called with the number of steps while the model holds averaged weights, now and then.</param>
    /// <param name="progress">Gets reports.</param>
    /// <param name="cancellationToken">Ends training; the checkpoint is kept.</param>
    public void Run(string checkpointFolder, Action<long> show, IProgress<PretrainingProgress>? progress,
        CancellationToken cancellationToken)
    {
        using var optimizer = new AveragedAdamW(model.UNet.named_parameters());
        var stage = new TrainingStage(StageName, optimizer, options.DiffusionBudget, options.DiffusionLearningRate,
            Path.Combine(checkpointFolder, "diffusion.safetensors"), options.CheckpointInterval);
        stage.Run(options.DiffusionBatchSize, Loss, () => optimizer.WithAverages(() => show(stage.Steps)), progress,
            cancellationToken);
        optimizer.SwapAverages();
    }

    private Tensor Loss(long step)
    {
        // Drawings of a class differ as two hands do: place and size, which any image augmentation varies, are not for
        // the UNet to learn.
        var batch = PairBatch.Draw(pictures, step, options.DiffusionBatchSize / 2, isAligned: true, model.Device);
        var random = SeededRandom.Create(new NoiseKey(options.Seed, Index: step), "conditions");
        var timesteps = Timesteps(random);
        var kept = Enumerable.Range(0, options.DiffusionBatchSize).Select(_ => KeptConditions.Draw(options, random))
            .ToList();
        var (latents, states, labels, references) = Encode(batch, kept, random, step);
        var noise = Noise.Normal(new NoiseKey(options.Seed, Index: step), latents.shape, "diffusion noise").to(
            model.Device);
        var noisy = cat([_scheduler.AddNoise(latents, noise, timesteps), references], 1);
        var prediction = model.UNet.forward(
            noisy, tensor(timesteps, device: model.Device), states, new UNetConditions { ClassLabels = labels });
        return NoisePredictionLoss.Error(
            prediction, _scheduler, new NoisedLatents(latents, noise, timesteps), minSnrGamma: null);
    }

    /// <summary>
    /// What the frozen parts make of a batch: latents to be noised, and the three conditions, with zeros or the empty
    /// text where left out.
    /// </summary>
    private (Tensor Latents, Tensor States, Tensor ClassLabels, Tensor References) Encode(
        PairBatch batch, List<KeptConditions> kept, SeededRandom random, long step)
    {
        using var gradientsOff = no_grad();
        var posterior = model.Vae.Encode(batch.Pictures);
        var sample = posterior.Sample(
            Noise.Normal(new NoiseKey(options.Seed, Index: step), posterior.Mean.shape, "latent sample").to(
                model.Device));
        var references = PairBatch.OfOthers(posterior.Mean) * Kept(model.Vae.ScalingFactor) * Mask(
            keeps => keeps.Latents).reshape(-1, 1, 1, 1);

        var embeddings = PairBatch.OfOthers(
            model.ImageEncoder!.forward(model.ImageProcessor!.Normalize(batch.Pictures.Plus(1) / Kept(2))));
        var embeddingNoise = Noise.Normal(new NoiseKey(options.Seed, Index: step), embeddings.shape,
            "image embedding").to(model.Device);
        var labels = _conditioner.ClassLabels(embeddings, embeddingNoise, NoiseLevels(random)) * Mask(
            keeps => keeps.Embedding).reshape(-1, 1);

        return (sample * Kept(model.Vae.ScalingFactor),
            TextStates([.. batch.Prompts.Zip(kept, (prompt, keeps) => keeps.Prompt ? prompt : "")]), labels,
                references);

        Tensor Mask(Func<KeptConditions, bool> isKept) =>
            tensor(kept.Select(keeps => isKept(keeps) ? 1f : 0f).ToArray(), device: model.Device);
    }

    /// <summary>
    /// Text states [B, S, width]; equal prompts, of which the empty one is the most frequent, are encoded once.
    /// </summary>
    private Tensor TextStates(IReadOnlyList<string> prompts)
    {
        var different = prompts.Distinct().ToList();
        var ids = tensor(different.SelectMany(model.Tokenizer.EncodePadded).ToArray(), device: model.Device)
            .reshape(different.Count, -1);
        var rows = tensor(prompts.Select(prompt => (long)different.IndexOf(prompt)).ToArray(), device: model.Device);
        return model.TextEncoder.forward(ids).index_select(0, rows);
    }

    /// <summary>
    /// Half of the embeddings are hardly noised, as they are when the model is used; the others cover all levels.
    /// </summary>
    private List<long> NoiseLevels(SeededRandom random)
    {
        var levels = model.ImageNoisingSchedulerConfig!.NumTrainTimesteps;
        return [.. Enumerable.Range(0, options.DiffusionBatchSize)
            .Select(_ => random.Chance(0.5) ? 0 : (long)(random.NextDouble() * levels))];
    }

    /// <summary>
    /// One timestep from each of B equal parts of the schedule: less variance than B independent ones.
    /// </summary>
    private long[] Timesteps(SeededRandom random)
    {
        var parts = options.DiffusionBatchSize;
        var range = model.SchedulerConfig.NumTrainTimesteps;
        return [.. Enumerable.Range(0, parts).Select(part => (long)((part + random.NextDouble()) * range / parts))];
    }
}

/// <summary>
/// Which conditions a training picture has. One and all of them are left out at random, so that a model learns what
/// every combination means and guidance can take each as its base (Ho and Salimans 2022; Brooks et al. 2023, section
/// 3.2).
/// </summary>
/// <param name="Prompt">Whether its prompt is given.</param>
/// <param name="Embedding">Whether the other picture's CLIP embedding is given.</param>
/// <param name="Latents">Whether the other picture's latents are given.</param>
internal readonly record struct KeptConditions(bool Prompt, bool Embedding, bool Latents)
{
    /// <summary>Draws them.</summary>
    public static KeptConditions Draw(PretrainingOptions options, SeededRandom random)
    {
        if (random.Chance(options.UnconditionalShare))
            return default;
        return new KeptConditions(
            Prompt: !random.Chance(options.EmptyPromptShare),
            Embedding: !random.Chance(options.DroppedEmbeddingShare),
            Latents: !random.Chance(options.DroppedLatentsShare));
    }
}
