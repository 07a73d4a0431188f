using MLNet.SynthAugment.Diffusion.UNets;
using static MLNet.SynthAugment.Diffusion.Layers.Concatenation;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Pipelines;

/// <summary>The conditioning of both halves of guidance as one batch of 2B rows, unconditional first.</summary>
internal static class GuidanceHalves
{
    /// <summary>Joins the halves into new tensors outside every dispose scope.</summary>
    public static Conditioning Join(Conditioning conditioning, double guidanceScale)
    {
        var (positive, negative) = (conditioning.PromptEmbeds, conditioning.NegativePromptEmbeds);
        if (negative is null)
            throw new ArgumentException($"Guidance with scale {guidanceScale} needs the embeddings of the negative prompt.", nameof(conditioning));
        if (!negative.shape.SequenceEqual(positive.shape))
            throw new ArgumentException($"The negative prompt's embeddings have shape [{string.Join(", ", negative.shape)}], the prompts' [{string.Join(", ", positive.shape)}]; they must be equal.", nameof(conditioning));
        return new Conditioning
        {
            PromptEmbeds = Concatenate([negative, positive]).DetachFromDisposeScope(),
            Conditions = conditioning.Conditions is { } own ? Join(conditioning.NegativeConditions ?? own, own) : null,
        };
    }

    /// <summary>Frees what <see cref="Join(Conditioning, double)"/> made.</summary>
    public static void Dispose(Conditioning? joined)
    {
        joined?.PromptEmbeds.Dispose();
        joined?.Conditions?.ClassLabels?.Dispose();
        joined?.Conditions?.AddedTextEmbeds?.Dispose();
        joined?.Conditions?.AddedTimeIds?.Dispose();
    }

    private static UNetConditions Join(UNetConditions negative, UNetConditions positive) => new()
    {
        ClassLabels = Join(negative.ClassLabels, positive.ClassLabels),
        AddedTextEmbeds = Join(negative.AddedTextEmbeds, positive.AddedTextEmbeds),
        AddedTimeIds = Join(negative.AddedTimeIds, positive.AddedTimeIds),
    };

    private static Tensor? Join(Tensor? negative, Tensor? positive) => (negative, positive) switch
    {
        (null, null) => null,
        ({ }, { }) when negative.shape.SequenceEqual(positive.shape) => Concatenate([negative, positive]).DetachFromDisposeScope(),
        _ => throw new ArgumentException("The UNet's conditions for the two halves of guidance differ in kind or shape."),
    };
}
