using MLNet.SynthAugment.Diffusion.Pipelines;
using MLNet.SynthAugment.Diffusion.UNets;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Training;

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
        if (options.LearnsText) return;
        using var gradientMode = no_grad();
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
