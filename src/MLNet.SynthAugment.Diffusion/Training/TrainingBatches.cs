using static MLNet.SynthAugment.Diffusion.KeptScalars;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Training;

/// <summary>Draws what each update trains on. Everything random in a step is decided by seed and step.</summary>
internal sealed class TrainingBatches
{
    private readonly LatentDiffusionModel _model;
    private readonly TrainingOptions _options;
    private readonly IReadOnlyList<IReadOnlyList<string>> _prompts;
    private readonly TrainingLatents _latents;
    private readonly TrainingImageConditions _conditions;
    private readonly ExampleOrder _order;

    /// <param name="model">The model.</param>
    /// <param name="options">The settings.</param>
    /// <param name="prompts">The prompts of each example, of which each step draws one.</param>
    /// <param name="latents">The examples' images.</param>
    /// <param name="conditions">The examples' images as conditions of one another.</param>
    public TrainingBatches(
        LatentDiffusionModel model, TrainingOptions options, IReadOnlyList<IReadOnlyList<string>> prompts,
        TrainingLatents latents, TrainingImageConditions conditions)
    {
        (_model, _options, _prompts, _latents, _conditions) = (model, options, prompts, latents, conditions);
        var perUpdate = (long)options.BatchSize * options.GradientAccumulation;
        _order = new ExampleOrder(prompts.Count, (int)Math.Min(perUpdate, prompts.Count), options.Seed);
    }

    /// <summary>The batch of a step; its tensors belong to the current dispose scope.</summary>
    public TrainingBatch Draw(int step)
    {
        var examples = _order.Batch(step);
        using var generator = Noise.CreateGenerator(new NoiseKey(_options.Seed, Index: step), "training step");
        var latents = _latents.Sample(examples, generator);
        var noise = randn(latents.shape, ScalarType.Float32, CPU, generator: generator).to(_model.Device);
        var timesteps = randint(
            _model.SchedulerConfig.NumTrainTimesteps, [examples.Length], ScalarType.Int64, CPU, generator: generator)
            .data<long>().ToArray();
        if (_options.NoiseOffset > 0) noise =
            noise.Plus(Kept(_options.NoiseOffset) * randn(
            [.. latents.shape[..2], 1, 1], ScalarType.Float32, CPU, generator: generator).to(_model.Device));
        var (classLabels, imageLatents) = _conditions.Draw(step, examples);
        return new TrainingBatch(latents, noise, timesteps, Prompts(examples, generator))
        { ClassLabels = classLabels, ImageLatents = imageLatents };
    }

    private string[] Prompts(int[] examples, Generator generator)
    {
        string[] drawn = [.. examples.Select(example => Draw(_prompts[example], generator))];
        if (_options.CaptionDropout == 0) return drawn;
        var chances = rand(examples.Length, ScalarType.Float32, CPU, generator: generator).data<float>().ToArray();
        return [.. drawn.Zip(chances, (prompt, chance) => chance < _options.CaptionDropout ? "" : prompt)];
    }

    private static string Draw(IReadOnlyList<string> prompts, Generator generator) => prompts.Count == 1
        ? prompts[0]
        : prompts[(int)randint(prompts.Count, [1], ScalarType.Int64, CPU, generator: generator).item<long>()];
}
