using MLNet.SynthAugment.Diffusion.Pipelines;
using static MLNet.SynthAugment.Diffusion.Layers.Concatenation;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Training;

/// <summary>Text embeddings of the examples' prompts: computed in each step if the text encoder learns, else once.</summary>
internal sealed class TrainingPrompts : IDisposable
{
    private readonly PromptEncoder _encoder;
    private readonly IReadOnlyList<string> _prompts;
    private readonly Dictionary<string, Tensor> _cached = new(StringComparer.Ordinal);

    public TrainingPrompts(LatentDiffusionModel model, IReadOnlyList<string> prompts, bool textEncoderLearns)
    {
        _encoder = new PromptEncoder(model);
        _prompts = prompts;
        if (textEncoderLearns) return;
        using var gradientMode = no_grad();
        foreach (var prompt in prompts.Distinct(StringComparer.Ordinal))
            _cached[prompt] = _encoder.Encode([prompt]).Embeds.DetachFromDisposeScope();
    }

    /// <summary>Embeddings [B, L, D] of some examples' prompts.</summary>
    public Tensor Embed(int[] indices) => _cached.Count > 0
        ? Concatenate([.. indices.Select(index => _cached[_prompts[index]])])
        : _encoder.Encode([.. indices.Select(index => _prompts[index])]).Embeds;

    public void Dispose()
    {
        foreach (var embedding in _cached.Values) embedding.Dispose();
    }
}
