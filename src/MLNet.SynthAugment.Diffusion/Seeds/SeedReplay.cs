using MLNet.SynthAugment.Diffusion.Pipelines;
using MLNet.SynthAugment.Diffusion.Schedulers;

namespace MLNet.SynthAugment.Diffusion.Seeds;

/// <summary>Makes the images of saved seeds.</summary>
public sealed class SeedReplay
{
    private readonly TextToImagePipeline _pipeline;
    private readonly ConditioningEncoder _conditionings;

    /// <summary>Prepares a model, which the caller keeps.</summary>
    /// <param name="model">The model that the seeds were found for.</param>
    /// <param name="log">Gets a sentence for a prompt that is cut; null for none.</param>
    /// <exception cref="ArgumentException">The model makes no images from text.</exception>
    public SeedReplay(LatentDiffusionModel model, Action<string>? log = null)
    {
        _pipeline = new TextToImagePipeline(model, new DdimScheduler(model.SchedulerConfig));
        _conditionings = new ConditioningEncoder(model, log);
    }

    /// <summary>Class name of the sampler that seeds are optimised and replayed with.</summary>
    public static string SchedulerName => nameof(DdimScheduler);

    /// <summary>The sampler.</summary>
    internal Scheduler Scheduler => _pipeline.Scheduler;

    /// <summary>Makes the images of some seeds of a set.</summary>
    /// <param name="set">The seeds.</param>
    /// <param name="rows">Which of them, counted from 0; they share the memory of the device.</param>
    /// <param name="cancellationToken">Checked before each step.</param>
    /// <returns>Images in the order of the rows, which the caller owns.</returns>
    /// <exception cref="InvalidOperationException">The seeds are another model's, or another sampler's.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public IReadOnlyList<Image<Rgb24>> Generate(
        SeedSet set, IReadOnlyList<int> rows, CancellationToken cancellationToken = default)
    {
        var model = _pipeline.Model;
        if (set.ModelHash != model.ContentHash)
            throw new InvalidOperationException(
                $"The seeds of class '{set.ClassName}' were found for another model: its content hash is "
                    + $"{set.ModelHash}, that of this one {model.ContentHash}. A seed leads to its image with its "
                    + "own model only.");
        if (set.Scheduler != SchedulerName)
            throw new InvalidOperationException(
                $"The seeds of class '{set.ClassName}' belong to the sampler {set.Scheduler}; {SchedulerName} is the "
                    + "one that can replay them.");
        using var mode = no_grad();
        using var scope = NewDisposeScope();
        var conditioning = _conditionings.Encode(
            [.. rows.Select(row => Request(set, row))], set.Sampling, set.Sampling.Height, set.Sampling.Width);
        var seeds = set.Seeds.index_select(0, tensor(rows.Select(row => (long)row).ToArray())).to(model.Device);
        return _pipeline.Decode(
            _pipeline.Sample(conditioning, (_, _) => seeds.alias(), set.Sampling,
            cancellationToken: cancellationToken));
    }

    /// <summary>The request that a seed was found for; its image condition is moved to a device.</summary>
    private ImageRequest Request(SeedSet set, int row)
    {
        using var images = set.Images?.Row(row);
        return new ImageRequest(set.Prompt, new NoiseKey(set.RunSeed, set.ClassName, set.Indices[row]))
        {
            ImageCondition = images is null ? null : new ImageCondition
            {
                Embeddings = images.Embeddings?.to(_pipeline.Model.Device),
                Latents = images.Latents?.to(_pipeline.Model.Device)
            },
        };
    }
}
