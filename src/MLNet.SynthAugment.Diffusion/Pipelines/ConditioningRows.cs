using MLNet.SynthAugment.Diffusion.UNets;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Pipelines;

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
