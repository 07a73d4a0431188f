using MLNet.SynthAugment.Diffusion.UNets;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Pipelines;

/// <summary>
/// What steers one of the predictions that guidance combines. The tensors are those of a <see cref="Conditioning"/>.
/// </summary>
/// <param name="Text">Text embeddings, [B, L, D].</param>
/// <param name="Conditions">What some UNets take beside the text.</param>
/// <param name="ExtraChannels">Channels that follow the latents'.</param>
internal sealed record GuidancePart(Tensor Text, UNetConditions? Conditions, Tensor? ExtraChannels)
{
    /// <summary>The prediction e(T, I) for the prompt and the image, if there is one.</summary>
    public static GuidancePart Conditional(Conditioning conditioning) =>
        new(conditioning.PromptEmbeds, conditioning.Conditions, conditioning.ExtraChannels);

    /// <summary>The prediction e(∅, ∅) for the negative prompt without image.</summary>
    public static GuidancePart Unconditional(Conditioning conditioning) =>
        new(conditioning.NegativePromptEmbeds!, conditioning.NegativeConditions ?? conditioning.Conditions,
            conditioning.NegativeExtraChannels ?? conditioning.ExtraChannels);

    /// <summary>The prediction e(∅, I) for the negative prompt with the image.</summary>
    public static GuidancePart ImageOnly(Conditioning conditioning)
    {
        var unconditional = Unconditional(conditioning);
        return unconditional with
        {
            Conditions = unconditional.Conditions is { } conditions
                ? conditions with { ClassLabels = conditioning.Conditions?.ClassLabels } : null,
            ExtraChannels = conditioning.ExtraChannels,
        };
    }
}
