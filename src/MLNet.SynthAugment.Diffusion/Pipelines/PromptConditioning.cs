using MLNet.SynthAugment.Diffusion.Guidance;

namespace MLNet.SynthAugment.Diffusion.Pipelines;

/// <summary>The conditioning that a batch's prompts make.</summary>
internal sealed class PromptConditioning(LatentDiffusionModel model)
{
    private readonly PromptEncoder _encoder = new(model.Tokenizer, model.TextEncoder, model.Device);

    /// <summary>Encodes prompts and, where guidance needs them, negative prompts.</summary>
    public Conditioning For(IReadOnlyList<ImageRequest> requests, SamplingOptions options, long height, long width)
    {
        var prompts = _encoder.Encode([.. requests.Select(request => request.Prompt)]);
        if (!ClassifierFreeGuidance.IsNeeded(options.GuidanceScale))
            return new Conditioning { PromptEmbeds = prompts };
        var negative = _encoder.Encode([.. requests.Select(request => request.NegativePrompt ?? options.NegativePrompt)]);
        return new Conditioning { PromptEmbeds = prompts, NegativePromptEmbeds = negative };
    }
}
