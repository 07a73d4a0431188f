using MLNet.SynthAugment.Diffusion.Pipelines;

namespace MLNet.SynthAugment.Diffusion.Training;

/// <summary>
/// For models that take images: shows each example of a step another one of its group, so that the model learns what a
/// group has in common and not to copy. Which one, and what is dropped, follows from seed and step alone.
/// </summary>
internal sealed class TrainingImageConditions : IDisposable
{
    private readonly LatentDiffusionModel _model;
    private readonly TrainingOptions _options;
    private readonly ImageConditioner _conditioner;
    private readonly List<int[]> _candidates;
    private readonly ImageCondition? _encoded;

    /// <summary>Encodes the examples' images once, if the model takes some and there are groups.</summary>
    public TrainingImageConditions(
        LatentDiffusionModel model, TrainingOptions options, IReadOnlyList<TrainingExample> examples)
    {
        (_model, _options, _conditioner) = (model, options, new ImageConditioner(model));
        _candidates = CandidatesIn(examples);
        if (_conditioner.TakesImages && examples.Any(example => example.Group is not null))
            _encoded = _conditioner.Encode([.. examples.Select(example => example.Image)]).DetachFromDisposeScope();
    }

    /// <summary>
    /// What the UNet takes beside the text in a step, in the current dispose scope: class labels and latents, each null
    /// if it takes none.
    /// </summary>
    /// <param name="step">The step.</param>
    /// <param name="examples">The examples of its batch.</param>
    public (Tensor? ClassLabels, Tensor? Latents) Draw(int step, int[] examples)
    {
        if (!_conditioner.TakesImages)
            return (null, null);
        using var scope = NewDisposeScope();
        using var generator = Noise.CreateGenerator(new NoiseKey(_options.Seed, Index: step), "training images");
        var draws = rand([examples.Length, 3], ScalarType.Float64, CPU, generator: generator).ToArray<double>()
            .Chunk(3);
        var rows = examples.Zip(draws, (example, draw) => Row(_candidates[example], draw[0], draw[1], draw[2]))
            .ToList();
        var latentSize = _model.ImageSize / _model.Vae.ScaleFactor;
        return (
            _conditioner.TakesEmbeddings
            ? _conditioner.Labels(rows, EmbeddingNoise, _options.ImageNoiseLevel).MoveToOuterDisposeScope() : null,
            _conditioner.TakesLatents
                ? _conditioner.JoinedLatents(rows, latentSize, latentSize).MoveToOuterDisposeScope() : null);

        Tensor EmbeddingNoise(string stream, long[] rowShape) =>
            randn([examples.Length, .. rowShape], ScalarType.Float32, CPU, generator: generator).to(_model.Device);
    }

    /// <summary>Frees the encoded images.</summary>
    public void Dispose() => _encoded?.Dispose();

    private ImageCondition? Row(int[] candidates, double choice, double embeddingChance, double latentChance)
    {
        if (_encoded is null || candidates.Length == 0)
            return null;
        var row = _encoded.Row(candidates[(int)(choice * candidates.Length)]);
        return new ImageCondition
        {
            Embeddings = embeddingChance < _options.ImageEmbeddingDropout ? null : row.Embeddings,
            Latents = latentChance < _options.ImageLatentDropout ? null : row.Latents,
        };
    }

    /// <summary>For each example the others of its group, or itself if it is alone, or none without a group.</summary>
    private static List<int[]> CandidatesIn(IReadOnlyList<TrainingExample> examples)
    {
        var groups = Enumerable.Range(0, examples.Count).Where(i => examples[i].Group is not null)
            .ToLookup(i => examples[i].Group);
        return [.. examples.Select((example, i) => groups[example.Group].ToArray() switch
        {
            [] => Array.Empty<int>(),
            [var alone] => [alone],
            var members => [.. members.Where(member => member != i)],
        })];
    }
}
