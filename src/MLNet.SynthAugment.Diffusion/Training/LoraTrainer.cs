using MLNet.SynthAugment.Diffusion.Lora;
using MLNet.SynthAugment.Diffusion.Pipelines;

namespace MLNet.SynthAugment.Diffusion.Training;

/// <summary>
/// Adapts a model to a few images by LoRA (Hu et al. 2021), as DataDream does (Kim et al. 2024): the plain
/// noise-prediction loss over images with prompts. The outcome follows from model, examples and options alone.
/// </summary>
/// <param name="model">The model; its weights are not changed, and it must not be used elsewhere meanwhile.</param>
/// <param name="options">The settings.</param>
public sealed class LoraTrainer(LatentDiffusionModel model, LoraTrainingOptions options)
{
    /// <summary>Trains an adapter, or goes on where a checkpoint of the same run stopped.</summary>
    /// <param name="examples">Images with their prompts, at least one.</param>
    /// <param name="progress">Told after each step.</param>
    /// <param name="cancellationToken">Looked at before each step; with a checkpoint folder the work done is saved
    /// first.</param>
    /// <returns>The adapter, which the caller owns; its metadata hold the settings.</returns>
    /// <exception cref="ArgumentException">There is no example, or a setting is out of range.</exception>
    /// <exception cref="InvalidOperationException">The model is no text-to-image model.</exception>
    /// <exception cref="InvalidDataException">The checkpoint folder holds the checkpoint of another run.</exception>
    /// <exception cref="TrainingDivergedException">A number overflowed; the exception holds the last good
    /// adapter.</exception>
    /// <exception cref="OperationCanceledException">Training was cancelled.</exception>
    public LoraAdapter Train(
        IReadOnlyList<TrainingExample> examples, IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        var training = new NoisePredictionTraining(model, options);
        using var parameters = AttachNewAdapter();
        using var optimizer = new TrainingOptimizer(parameters.Flat, options, parameters.TextValues,
            options.TextEncoderLearningRate);
        var settings = TrainingSettings.Describe(model, options);
        try
        {
            training.Run(examples, parameters.Flat, optimizer, settings, progress, ShowSamples, cancellationToken);
        }
        catch (TrainingDivergedException e)
        {
            e.LastGoodAdapter = parameters.ToAdapter(settings);
            throw;
        }
        return parameters.ToAdapter(settings);
    }

    private void ShowSamples(int done, CancellationToken cancellationToken)
    {
        if (options.Validation is not { } validation || (done % validation.Every != 0 && done != options.Steps)) return;
        var requests = validation.Prompts.Select((prompt, i) =>
            new ImageRequest(prompt, new NoiseKey(validation.Seed, Index: i)))
            .ToList();
        var pipeline = new TextToImagePipeline(model, log: options.Log);
        validation.OnImages(new LoraValidationImages(
            done, pipeline.Generate(requests, validation.Sampling, cancellationToken: cancellationToken)));
    }

    private LoraParameters AttachNewAdapter()
    {
        var layers = new LoraLayers(model);
        using var generator = Noise.CreateGenerator(new NoiseKey(options.Seed), "adapter");
        var paths = layers.TargetPaths(options.UNetTargets, options.TrainTextEncoder ? options.TextEncoderTargets : []);
        using var adapter = LoraAdapter.Create(layers, paths, options.Rank, options.Alpha, generator);
        return new LoraParameters(adapter, layers);
    }
}
