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
            .ToArray<long>();
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
        if (_options.CaptionDropout == 0)
            return drawn;
        var chances = rand(examples.Length, ScalarType.Float32, CPU, generator: generator).ToArray<float>();
        return [.. drawn.Zip(chances, (prompt, chance) => chance < _options.CaptionDropout ? "" : prompt)];
    }

    private static string Draw(IReadOnlyList<string> prompts, Generator generator) => prompts.Count == 1
        ? prompts[0]
        : prompts[(int)randint(prompts.Count, [1], ScalarType.Int64, CPU, generator: generator).item<long>()];
}

/// <summary>What one update trains on.</summary>
/// <param name="Latents">Scaled latents, float32 [B, C, h, w].</param>
/// <param name="Noise">The noise to add, of the same shape.</param>
/// <param name="Timesteps">B training timesteps.</param>
/// <param name="Prompts">B prompts.</param>
internal sealed record TrainingBatch(Tensor Latents, Tensor Noise, long[] Timesteps, string[] Prompts)
{
    /// <summary>
    /// The class labels [B, width] that show other images to a model that takes their embeddings; else null.
    /// </summary>
    public Tensor? ClassLabels { get; init; }

    /// <summary>The latents [B, C, h, w] of other images for a model that takes them; else null.</summary>
    public Tensor? ImageLatents { get; init; }

    /// <summary>Number of examples.</summary>
    public int Count => Timesteps.Length;

    /// <summary>The batch in pieces of at most so many examples.</summary>
    public IEnumerable<TrainingBatch> Split(int size)
    {
        for (var first = 0; first < Count; first += size)
        {
            var count = Math.Min(size, Count - first);
            yield return new TrainingBatch(
                Latents.narrow(0, first, count), Noise.narrow(0, first, count), Timesteps[first..(first + count)],
                Prompts[first..(first + count)])
            {
                ClassLabels = ClassLabels?.narrow(0, first, count),
                ImageLatents = ImageLatents?.narrow(0, first, count),
            };
        }
    }
}

/// <summary>
/// Which examples a step trains on: random permutations of all examples, one after the other, cut into batches. A
/// step's batch follows from seed and step alone, so that a resumed run needs no memory of the past.
/// </summary>
internal sealed class ExampleOrder(int examples, int batchSize, long seed)
{
    private long _epoch = -1;
    private long[] _permutation = [];

    /// <summary>Indices of the examples of a step.</summary>
    public int[] Batch(int step)
    {
        var first = (long)step * batchSize;
        return [.. Enumerable.Range(0, batchSize).Select(i => Example(first + i))];
    }

    private int Example(long position)
    {
        var epoch = position / examples;
        if (epoch != _epoch)
        {
            using var generator = Noise.CreateGenerator(new NoiseKey(seed, Index: epoch), "training order");
            using var permutation = randperm(examples, ScalarType.Int64, generator: generator);
            (_epoch, _permutation) = (epoch, permutation.ToArray<long>());
        }
        return (int)_permutation[position % examples];
    }
}
