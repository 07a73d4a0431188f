using System.Diagnostics;
using MLNet.SynthAugment.Diffusion.Layers;
using MLNet.SynthAugment.Diffusion.Pipelines;
using MLNet.SynthAugment.Diffusion.Schedulers;
using MLNet.SynthAugment.Diffusion.UNets;

namespace MLNet.SynthAugment.Diffusion.Training;

/// <summary>
/// The loop that all trainings with the noise-prediction loss share: batches, loss, update, checkpoint, progress. What
/// learns is the caller's choice: parameters that take part in the model's forward passes. The model's own ones stay as
/// they are.
/// </summary>
internal sealed class NoisePredictionTraining
{
    private readonly LatentDiffusionModel _model;
    private readonly TrainingOptions _options;
    private readonly DdpmScheduler _scheduler;

    /// <exception cref="ArgumentException">A setting is out of range.</exception>
    /// <exception cref="InvalidOperationException">The model is no text-to-image model.</exception>
    public NoisePredictionTraining(LatentDiffusionModel model, TrainingOptions options)
    {
        options.Validate();
        (_model, _options, _scheduler) = (model, options, new DdpmScheduler(model.SchedulerConfig));
        RequireTextToImage();
    }

    /// <summary>Trains, or goes on where a checkpoint of the same run stopped.</summary>
    /// <param name="examples">Images with their prompts, at least one.</param>
    /// <param name="parameters">What learns.</param>
    /// <param name="optimizer">Its optimiser.</param>
    /// <param name="settings">All that decides the outcome but for model and examples; a checkpoint of other settings
    /// is refused.</param>
    /// <param name="progress">Told after each step.</param>
    /// <param name="afterStep">Called after each step with the number of steps done; null for nothing.</param>
    /// <param name="cancellationToken">Looked at before each step; with a checkpoint folder the work done is saved
    /// first.</param>
    public void Run(
        IReadOnlyList<TrainingExample> examples,
        FlatParameters parameters,
        TrainingOptimizer optimizer,
        IReadOnlyDictionary<string, string> settings,
        IProgress<TrainingProgress>? progress,
        Action<int, CancellationToken>? afterStep,
        CancellationToken cancellationToken)
    {
        if (examples.Count == 0)
            throw new ArgumentException("There is no example to train on.", nameof(examples));
        using var frozen = new FrozenParameters([.. _model.Modules]);
        using var images = new TrainingImages(examples, _model.ImageSize, _options.Crop);
        using var latents = new TrainingLatents(_model, images, cancellationToken);
        using var conditions = new TrainingImageConditions(_model, _options, examples);
        var batches = new TrainingBatches(
            _model, _options, [.. examples.Select(example => example.Prompts)], latents, conditions);
        using var prompts = new TrainingPrompts(_model, _options, examples.SelectMany(example => example.Prompts));

        var checkpoint = Checkpoint(examples, settings);
        var firstStep = checkpoint?.Restore(parameters, optimizer.Adam) ?? 0;
        optimizer.RememberValues();
        var watch = Stopwatch.StartNew();
        for (var step = firstStep; step < _options.Steps; step++)
        {
            if (cancellationToken.IsCancellationRequested)
                checkpoint?.Save(step, parameters, optimizer.Adam);
            cancellationToken.ThrowIfCancellationRequested();
            var update = Step(step, batches, prompts, optimizer);
            var done = step + 1;
            if (done % _options.CheckpointEvery == 0 || done == _options.Steps) checkpoint?.Save(
                done, parameters, optimizer.Adam);
            progress?.Report(Progress(done, done - firstStep, update, watch.Elapsed));
            afterStep?.Invoke(done, cancellationToken);
        }
    }

    private TrainingUpdate Step(int step, TrainingBatches batches, TrainingPrompts prompts, TrainingOptimizer optimizer)
    {
        using var scope = NewDisposeScope();
        var batch = batches.Draw(step);
        optimizer.ClearGradients();
        // The mean over all examples, whatever the pieces.
        var loss = batch.Split(_options.BatchSize)
            .Select(piece => AddGradients(piece, (double)piece.Count / batch.Count, prompts))
            .Aggregate((sum, part) => sum.Plus(part));
        return optimizer.UpdateFromGradients(loss, step);
    }

    /// <summary>Adds a piece's part in the gradients.</summary>
    /// <returns>Its part in the loss.</returns>
    private Tensor AddGradients(TrainingBatch piece, double part, TrainingPrompts prompts)
    {
        using var scope = NewDisposeScope();
        var (text, conditions) = prompts.Embed(piece.Prompts);
        if (piece.ClassLabels is not null)
            conditions = (conditions ?? new UNetConditions()) with { ClassLabels = piece.ClassLabels };
        var latents = new NoisedLatents(piece.Latents, piece.Noise, piece.Timesteps, piece.ImageLatents);
        Tensor loss;
        if (_options.RecomputeActivations)
        {
            var input = NoisePredictionLoss.Input(_scheduler, latents);
            var prediction = new RecomputedPrediction(
                _model.UNet, input, tensor(piece.Timesteps, device: _model.Device), text, conditions);
            loss = NoisePredictionLoss.Error(prediction.Value, _scheduler, latents, _options.MinSnrGamma) * Kept(part);
            loss.backward();
            prediction.Backward();
        }
        else
        {
            loss = NoisePredictionLoss.Compute(
                _model.UNet, _scheduler, latents, text, conditions, _options.MinSnrGamma) * Kept(part);
            loss.backward();
        }
        return loss.detach().MoveToOuterDisposeScope();
    }

    private TrainingCheckpoint? Checkpoint(
        IReadOnlyList<TrainingExample> examples, IReadOnlyDictionary<string, string> settings)
    {
        if (_options.CheckpointFolder is null)
            return null;
        return TrainingCheckpoint.In(_options.CheckpointFolder, new Dictionary<string, string>(settings)
        {
            ["examples"] = TrainingSettings.Hash(examples),
            ["model"] = _model.Folder is null ? "" : _model.ContentHash,
        });
    }

    private TrainingProgress Progress(int done, int doneNow, TrainingUpdate update, TimeSpan elapsed)
    {
        var speed = doneNow / Math.Max(elapsed.TotalSeconds, 1e-9);
        return new TrainingProgress(
            done, _options.Steps, update.Loss, update.GradientNorm, update.LearningRate, speed,
            TimeSpan.FromSeconds((_options.Steps - done) / speed));
    }

    private void RequireTextToImage()
    {
        if (!PipelineFit.IsPlain(_model))
            throw new InvalidOperationException(
                "Training is for text-to-image models and those that take images as conditions; this model's UNet "
                    + "takes more, as inpainting models and upscalers do.");
    }
}
