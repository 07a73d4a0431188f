using System.Diagnostics;
using MLNet.SynthAugment.Diffusion.Lora;
using MLNet.SynthAugment.Diffusion.Pipelines;
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
    private readonly DdpmScheduler _scheduler = new(model.SchedulerConfig);

    /// <summary>Trains an adapter, or goes on where a checkpoint of the same run stopped.</summary>
    /// <param name="examples">Images with their prompts, at least one.</param>
    /// <param name="progress">Told after each step.</param>
    /// <param name="cancellationToken">Looked at before each step; with a checkpoint folder the work done is saved first.</param>
    /// <returns>The adapter, which the caller owns; its metadata hold the settings.</returns>
    /// <exception cref="ArgumentException">There is no example, or a setting is out of range.</exception>
    /// <exception cref="InvalidOperationException">The model is no text-to-image model.</exception>
    /// <exception cref="InvalidDataException">The checkpoint folder holds the checkpoint of another run.</exception>
    /// <exception cref="TrainingDivergedException">A number overflowed; the exception holds the last good adapter.</exception>
    /// <exception cref="OperationCanceledException">Training was cancelled.</exception>
    public LoraAdapter Train(IReadOnlyList<TrainingExample> examples, IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        options.Validate();
        if (examples.Count == 0) throw new ArgumentException("There is no example to train on.", nameof(examples));
        RequireTextToImage();
        using var frozen = new FrozenParameters([.. model.Modules]);
        using var images = new TrainingImages(examples, model.ImageSize, options.Crop);
        using var latents = new TrainingLatents(model, images, cancellationToken);
        var batches = new TrainingBatches(model, options, [.. examples.Select(example => example.Prompt)], latents);
        using var prompts = new TrainingPrompts(model, options, [.. examples.Select(example => example.Prompt)]);
        using var parameters = AttachNewAdapter();
        using var optimizer = new LoraOptimizer(parameters.Flat, options, parameters.TextValues);

        var settings = LoraTrainingSettings.Describe(model, options);
        var checkpoint = Checkpoint(examples, settings);
        var firstStep = checkpoint?.Restore(parameters.Flat, optimizer.Adam) ?? 0;
        optimizer.RememberValues();
        var watch = Stopwatch.StartNew();
        try
        {
            for (var step = firstStep; step < options.Steps; step++)
            {
                if (cancellationToken.IsCancellationRequested) checkpoint?.Save(step, parameters.Flat, optimizer.Adam);
                cancellationToken.ThrowIfCancellationRequested();
                var update = Step(step, batches, prompts, optimizer);
                var done = step + 1;
                if (done % options.CheckpointEvery == 0 || done == options.Steps) checkpoint?.Save(done, parameters.Flat, optimizer.Adam);
                progress?.Report(Progress(done, done - firstStep, update, watch.Elapsed));
                ShowSamples(done, cancellationToken);
            }
        }
        catch (TrainingDivergedException e)
        {
            e.LastGoodAdapter = parameters.ToAdapter(settings);
            throw;
        }
        return parameters.ToAdapter(settings);
    }

    private LoraUpdate Step(int step, TrainingBatches batches, TrainingPrompts prompts, LoraOptimizer optimizer)
    {
        using var scope = NewDisposeScope();
        var batch = batches.Draw(step);
        optimizer.ClearGradients();
        // The mean over all examples, whatever the pieces.
        var loss = batch.Split(options.BatchSize)
            .Select(piece => AddGradients(piece, (double)piece.Count / batch.Count, prompts))
            .Aggregate((sum, part) => sum + part);
        return optimizer.UpdateFromGradients(loss, step);
    }

    /// <summary>Adds a piece's part in the gradients.</summary>
    /// <returns>Its part in the loss.</returns>
    private Tensor AddGradients(TrainingBatch piece, double part, TrainingPrompts prompts)
    {
        using var scope = NewDisposeScope();
        var (text, conditions) = prompts.Embed(piece.Prompts);
        Tensor loss;
        if (options.RecomputeActivations)
        {
            var noisy = _scheduler.AddNoise(piece.Latents, piece.Noise, piece.Timesteps);
            var prediction = new RecomputedPrediction(model.UNet, noisy, tensor(piece.Timesteps, device: model.Device), text, conditions);
            loss = NoisePredictionLoss.Error(prediction.Value, _scheduler, piece.Latents, piece.Noise, piece.Timesteps, options.MinSnrGamma) * part;
            loss.backward();
            prediction.Backward();
        }
        else
        {
            loss = NoisePredictionLoss.Compute(model.UNet, _scheduler, piece.Latents, piece.Noise, piece.Timesteps, text, conditions, options.MinSnrGamma) * part;
            loss.backward();
        }
        return loss.detach().MoveToOuterDisposeScope();
    }

    private void ShowSamples(int done, CancellationToken cancellationToken)
    {
        if (options.Validation is not { } validation || (done % validation.Every != 0 && done != options.Steps)) return;
        var requests = validation.Prompts.Select((prompt, i) => new ImageRequest(prompt, validation.Seed, "", i)).ToList();
        var pipeline = new TextToImagePipeline(model, log: options.Log);
        validation.OnImages(new LoraValidationImages(done, pipeline.Generate(requests, validation.Sampling, cancellationToken: cancellationToken)));
    }

    private LoraParameters AttachNewAdapter()
    {
        var layers = new LoraLayers(model);
        using var generator = Noise.CreateGenerator(options.Seed, "", 0, "adapter");
        var paths = layers.TargetPaths(options.UNetTargets, options.TrainTextEncoder ? options.TextEncoderTargets : []);
        using var adapter = LoraAdapter.Create(layers, paths, options.Rank, options.Alpha, generator);
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

    private void RequireTextToImage()
    {
        var config = model.UNet.Config;
        if (config.InChannels != model.Vae.LatentChannels || config.ClassEmbedType is not null || config.NumClassEmbeds is not null)
            throw new InvalidOperationException("LoRA training is for text-to-image models; this model's UNet takes more than latents and text.");
    }
}
