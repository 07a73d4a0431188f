using MLNet.SynthAugment.Diffusion.Guidance;
using MLNet.SynthAugment.Diffusion.UNets;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Pipelines;

/// <summary>The conditioning that a batch's prompts make.</summary>
internal sealed class PromptConditioning(LatentDiffusionModel model, Action<string>? log)
{
    private readonly PromptEncoder _encoder = new(model, log);

    /// <summary>Encodes prompts and, where guidance needs them, negative prompts.</summary>
    /// <param name="requests">B requests.</param>
    /// <param name="options">Guidance and the common negative prompt.</param>
    /// <param name="height">Height of the images in pixels.</param>
    /// <param name="width">Width of the images in pixels.</param>
    public Conditioning For(IReadOnlyList<ImageRequest> requests, SamplingOptions options, long height, long width)
    {
        var sizes = options.SizeConditioning ?? SizeConditioning.Whole(height, width);
        var prompts = _encoder.Encode([.. requests.Select(request => request.Prompt)], options.ClipSkip);
        var conditioning = new Conditioning { PromptEmbeds = prompts.Embeds, Conditions = Added(prompts.Pooled, sizes) };
        if (!ClassifierFreeGuidance.IsNeeded(options.GuidanceScale))
            return conditioning;
        var negative = _encoder.EncodeNegative([.. requests.Select(request => request.NegativePrompt ?? options.NegativePrompt)]);
        return conditioning with { NegativePromptEmbeds = negative.Embeds, NegativeConditions = Added(negative.Pooled, sizes) };
    }

    /// <summary>What SDXL's UNet takes beside the text; null where there is no pooled text.</summary>
    internal static UNetConditions? Added(Tensor? pooled, SizeConditioning sizes)
    {
        if (pooled is null) return null;
        var timeIds = tensor(sizes.TimeIds, [1, sizes.TimeIds.Length], device: pooled.device);
        return new UNetConditions { AddedTextEmbeds = pooled, AddedTimeIds = timeIds.expand(pooled.shape[0], -1) };
    }
}
