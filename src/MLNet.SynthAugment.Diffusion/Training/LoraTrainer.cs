using System.Diagnostics;
using MLNet.SynthAugment.Diffusion.Lora;
using MLNet.SynthAugment.Diffusion.Schedulers;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Training;

/// <summary>
/// Adapts a model to a few images by LoRA (Hu et al. 2021), as DataDream does (Kim et al. 2024): the plain noise-prediction
/// loss over images with prompts. The outcome follows from model, examples and options alone.
/// </summary>
/// <param name="model">The model; its weights are not changed, and it must not be used elsewhere meanwhile.</param>
/// <param name="options">The settings.</param>
public sealed class LoraTrainer(LatentDiffusionModel model, LoraTrainingOptions options)
{
    /// <summary>Trains an adapter, or goes on where a checkpoint of the same run stopped.</summary>
    /// <param name="examples">Images with their prompts, at least one.</param>
    /// <param name="progress">Told after each step.</param>
    /// <param name="cancellationToken">Looked at before each step; with a checkpoint folder the work done is saved first.</param>
    /// <returns>The adapter, which the caller owns; its metadata hold the settings.</returns>
    /// <exception cref="ArgumentException">There is no example, or a setting is out of range.</exception>
    /// <exception cref="InvalidDataException">The checkpoint folder holds the checkpoint of another run.</exception>
    /// <exception cref="TrainingDivergedException">The loss or its gradient is not finite any more.</exception>
    /// <exception cref="OperationCanceledException">Training was cancelled.</exception>
    public LoraAdapter Train(IReadOnlyList<TrainingExample> examples, IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        options.Validate();
        if (examples.Count == 0) throw new ArgumentException("There is no example to train on.", nameof(examples));
        using var frozen = new FrozenParameters([.. model.Modules]);
        using var images = new TrainingImages(examples, model.ImageSize, options.Crop);
        using var latents = new TrainingLatents(model, images, cancellationToken);
        using var prompts = new TrainingPrompts(model, [.. examples.Select(example => example.Prompt)], options.TrainTextEncoder);
        using var parameters = AttachNewAdapter();
        using var optimizer = new LoraOptimizer(parameters.Flat, options);

        var settings = LoraTrainingSettings.Describe(model, options);
        var checkpoint = Checkpoint(examples, settings);
        var firstStep = checkpoint?.Restore(parameters.Flat, optimizer.Adam) ?? 0;
        var order = new ExampleOrder(examples.Count, Math.Min(options.BatchSize, examples.Count), options.Seed);
        var scheduler = new DdpmScheduler(model.SchedulerConfig);
        var watch = Stopwatch.StartNew();
        for (var step = firstStep; step < options.Steps; step++)
        {
            if (cancellationToken.IsCancellationRequested) checkpoint?.Save(step, parameters.Flat, optimizer.Adam);
            cancellationToken.ThrowIfCancellationRequested();
            var update = Step(step, order.Batch(step), latents, prompts, scheduler, optimizer);
            var done = step + 1;
            if (done % options.CheckpointEvery == 0 || done == options.Steps) checkpoint?.Save(done, parameters.Flat, optimizer.Adam);
            progress?.Report(Progress(done, done - firstStep, update, watch.Elapsed));
        }
        return parameters.ToAdapter(settings);
    }

    // Everything random in a step comes from one generator, which seed and step decide.
    private LoraUpdate Step(int step, int[] batch, TrainingLatents latents, TrainingPrompts prompts, DdpmScheduler scheduler, LoraOptimizer optimizer)
    {
        using var scope = NewDisposeScope();
        using var generator = Noise.CreateGenerator(options.Seed, "", step, "training step");
        var clean = latents.Sample(batch, generator);
        var noise = randn(clean.shape, ScalarType.Float32, CPU, generator: generator).to(model.Device);
        var timesteps = randint(scheduler.Config.NumTrainTimesteps, [batch.Length], ScalarType.Int64, CPU, generator: generator).data<long>().ToArray();
        var loss = NoisePredictionLoss.Compute(model.UNet, scheduler, clean, noise, timesteps, prompts.Embed(batch));
        return optimizer.Update(loss, step);
    }

    private LoraParameters AttachNewAdapter()
    {
        var layers = new LoraLayers(model);
        using var generator = Noise.CreateGenerator(options.Seed, "", 0, "adapter");
        using var adapter = LoraAdapter.Create(layers, layers.TargetPaths(options.TrainTextEncoder), options.Rank, options.Alpha, generator);
        return new LoraParameters(adapter, layers);
    }

    private LoraCheckpoint? Checkpoint(IReadOnlyList<TrainingExample> examples, IReadOnlyDictionary<string, string> settings)
    {
        if (options.CheckpointFolder is null) return null;
        return LoraCheckpoint.In(options.CheckpointFolder, new Dictionary<string, string>(settings)
        {
            ["examples"] = LoraTrainingSettings.Hash(examples),
            ["model"] = model.Folder is null ? "" : model.ContentHash,
        });
    }

    private TrainingProgress Progress(int done, int doneNow, LoraUpdate update, TimeSpan elapsed)
    {
        var speed = doneNow / Math.Max(elapsed.TotalSeconds, 1e-9);
        return new TrainingProgress(done, options.Steps, update.Loss, update.GradientNorm, update.LearningRate, speed, TimeSpan.FromSeconds((options.Steps - done) / speed));
    }
}
