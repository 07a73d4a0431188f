using MLNet.SynthAugment.Diffusion.Pipelines;
using MLNet.SynthAugment.Diffusion.UNets;

namespace MLNet.SynthAugment.Diffusion.Training;

/// <summary>An image and the prompt that describes it.</summary>
/// <param name="Image">The image, of any size; the caller keeps it.</param>
/// <param name="Prompt">Its description, such as "a photo of a tulip".</param>
public sealed record TrainingExample(Image<Rgb24> Image, string Prompt)
{
    /// <summary>Other prompts that describe it as well: each training step draws one of all.</summary>
    public IReadOnlyList<string> OtherPrompts { get; init; } = [];

    /// <summary>
    /// For models that take images (see <see cref="Pipelines.ImageConditioner"/>): what it belongs to, usually its
    /// class. Each step shows the model another example of the group as condition, or the example itself if it is
    /// alone. Null drops the condition.
    /// </summary>
    public string? Group { get; init; }

    /// <summary>All of its prompts.</summary>
    internal IReadOnlyList<string> Prompts => [Prompt, .. OtherPrompts];
}

/// <summary>
/// What the UNet is told of the examples' prompts: computed in each step if that changes what they are encoded to, else
/// once a prompt.
/// </summary>
internal sealed class TrainingPrompts : IDisposable
{
    private readonly LatentDiffusionModel _model;
    private readonly PromptEncoder _encoder;
    private readonly Dictionary<string, PromptEmbeddings> _cached = new(StringComparer.Ordinal);

    public TrainingPrompts(LatentDiffusionModel model, TrainingOptions options, IEnumerable<string> prompts)
    {
        _model = model;
        _encoder = new PromptEncoder(model, options.Log);
        if (options.LearnsText)
            return;
        using var noGradient = no_grad();
        foreach (var prompt in (options.CaptionDropout > 0 ? prompts.Append("") : prompts).Distinct(
            StringComparer.Ordinal))
        {
            var (embeds, pooled) = _encoder.Encode([prompt]);
            _cached[prompt] = new PromptEmbeddings(embeds.DetachFromDisposeScope(), pooled?.DetachFromDisposeScope());
        }
    }

    /// <summary>Embeddings [B, L, D] of prompts, and what an SDXL model takes beside.</summary>
    public (Tensor Embeds, UNetConditions? Conditions) Embed(string[] prompts)
    {
        var (embeds, pooled) = _cached.Count > 0 ? Cached(prompts) : _encoder.Encode(prompts);
        return (embeds, ConditioningEncoder.Added(pooled, SizeConditioning.Whole(_model.ImageSize, _model.ImageSize)));
    }

    public void Dispose()
    {
        foreach (var (embeds, pooled) in _cached.Values)
        {
            embeds.Dispose();
            pooled?.Dispose();
        }
    }

    private PromptEmbeddings Cached(string[] prompts)
    {
        var rows = prompts.Select(prompt => _cached[prompt]).ToList();
        return new PromptEmbeddings(
            cat([.. rows.Select(row => row.Embeds)]),
            rows[0].Pooled is null ? null : cat([.. rows.Select(row => row.Pooled!)]));
    }
}
