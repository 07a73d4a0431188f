using MLNet.SynthAugment.Diffusion.Layers;
using MLNet.SynthAugment.Diffusion.Lora;
using MLNet.SynthAugment.Diffusion.Lora.Formats;
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
        catch (TrainingDivergedException error)
        {
            error.LastGoodAdapter = parameters.ToAdapter(settings);
            throw;
        }
        return parameters.ToAdapter(settings);
    }

    private void ShowSamples(int done, CancellationToken cancellationToken)
    {
        if (options.Validation is not { } validation || (done % validation.Every != 0 && done != options.Steps))
            return;
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

/// <summary>
/// An adapter being trained: attached to the model's layers, in float32 also where the model is in half precision.
/// </summary>
internal sealed class LoraParameters : IDisposable
{
    private readonly List<string> _paths;
    private readonly List<float> _alphas;
    private readonly List<(ILoraCompatible Layer, LoraLayerWeights Weights)> _attached = [];

    /// <summary>Copies the adapter's values to the model's device and attaches them.</summary>
    public LoraParameters(LoraAdapter initial, LoraLayers layers)
    {
        using var scope = NewDisposeScope();
        var matched = layers.Match(initial);
        _paths = [.. initial.Layers.Keys];
        _alphas = [.. initial.Layers.Values.Select(matrices => matrices.Alpha)];
        Flat = new FlatParameters(
            [.. matched.SelectMany(match => new[] { match.Matrices.A, match.Matrices.B })],
            matched[0].Layer.Weight.device);
        for (var i = 0; i < matched.Count; i++)
        {
            var weights = new LoraLayerWeights(Flat.Leaves[2 * i], Flat.Leaves[2 * i + 1], matched[i].Matrices.Scale);
            matched[i].Layer.Attach(weights);
            _attached.Add((matched[i].Layer, weights));
        }
    }

    /// <summary>The values and gradients that the optimiser works on.</summary>
    public FlatParameters Flat { get; }

    /// <summary>
    /// How many of the flat values, from the first on, belong to text encoders: their paths sort before the UNet's.
    /// </summary>
    public long TextValues => Flat.Leaves.Take(2 * _paths.Count(DottedNames.IsText)).Sum(leaf => leaf.NumberOfElements);

    /// <summary>A copy of the present values.</summary>
    public LoraAdapter ToAdapter(IReadOnlyDictionary<string, string> metadata)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        return new LoraAdapter(_paths.Select((path, i) => KeyValuePair.Create(path, new LoraMatrices(
            Flat.Leaves[2 * i].detach().to(CPU, copy: true), Flat.Leaves[2 * i + 1].detach().to(CPU, copy: true),
            _alphas[i]))), metadata);
    }

    public void Dispose()
    {
        foreach (var (layer, weights) in _attached)
            layer.Detach(weights);
        Flat.Dispose();
    }
}
