using MLNet.SynthAugment.Diffusion.UNets;

namespace MLNet.SynthAugment.Diffusion.Pipelines;

/// <summary>
/// All that steers the UNet in a run of B images. The tensors stay the caller's, on the UNet's device.
/// </summary>
public sealed record Conditioning
{
    /// <summary>Text embeddings of the prompts, [B, L, D].</summary>
    public required Tensor PromptEmbeds { get; init; }

    /// <summary>Those of the negative prompts, of the same shape; needed unless the guidance scale is 1.</summary>
    public Tensor? NegativePromptEmbeds { get; init; }

    /// <summary>What some UNets take beside the text, with B rows.</summary>
    public UNetConditions? Conditions { get; init; }

    /// <summary>The same for the unconditional half of guidance; null where it is as the conditional one.</summary>
    public UNetConditions? NegativeConditions { get; init; }

    /// <summary>
    /// Channels [B, c, h, w] that follow the latents' (inpainting's mask and masked image, the upscaler's small image).
    /// The sampler does not scale them.
    /// </summary>
    public Tensor? ExtraChannels { get; init; }

    /// <summary>The same for the unconditional half of guidance; null where it is as the conditional one.</summary>
    public Tensor? NegativeExtraChannels { get; init; }

    /// <summary>
    /// Whether <see cref="UNetConditions.ClassLabels"/> or <see cref="ExtraChannels"/> show images that the
    /// unconditional half lacks, so that <see cref="SamplingOptions.ImageGuidanceScale"/> has something to guide by.
    /// </summary>
    public bool HasImages { get; init; }
}

/// <summary>A part of a batch's conditioning.</summary>
internal static class ConditioningRows
{
    /// <summary>The conditioning of some images; its tensors belong to the current dispose scope.</summary>
    /// <param name="conditioning">That of B images.</param>
    /// <param name="rows">Their numbers, [rows] int64 on its device.</param>
    public static Conditioning SelectRows(this Conditioning conditioning, Tensor rows)
    {
        return conditioning with
        {
            PromptEmbeds = conditioning.PromptEmbeds.index_select(0, rows),
            NegativePromptEmbeds = Select(conditioning.NegativePromptEmbeds),
            Conditions = SelectConditions(conditioning.Conditions),
            NegativeConditions = SelectConditions(conditioning.NegativeConditions),
            ExtraChannels = Select(conditioning.ExtraChannels),
            NegativeExtraChannels = Select(conditioning.NegativeExtraChannels),
        };

        UNetConditions? SelectConditions(UNetConditions? conditions) => conditions is null ? null : new UNetConditions
        {
            ClassLabels = Select(conditions.ClassLabels),
            AddedTextEmbeds = Select(conditions.AddedTextEmbeds),
            AddedTimeIds = Select(conditions.AddedTimeIds),
        };

        Tensor? Select(Tensor? tensor) => tensor?.index_select(0, rows);
    }
}
