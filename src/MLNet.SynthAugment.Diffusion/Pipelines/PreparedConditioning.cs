using MLNet.SynthAugment.Diffusion.UNets;
using static MLNet.SynthAugment.Diffusion.Layers.Concatenation;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Pipelines;

/// <summary>A conditioning as the UNet takes it, with the text's keys and values computed once for all steps.</summary>
internal sealed class PreparedConditioning : IDisposable
{
    private readonly UNet2DConditionModel _unet;
    private readonly TextContext _text;
    private readonly UNetConditions? _conditions;
    private readonly bool _ownsConditions;
    private readonly UNetApproximations _approximations;

    private PreparedConditioning(UNet2DConditionModel unet, Tensor text, UNetConditions? conditions, bool ownsConditions, UNetApproximations approximations)
    {
        (_unet, _conditions, _ownsConditions, _approximations) = (unet, conditions, ownsConditions, approximations);
        _text = unet.PrepareText(text);
    }

    /// <summary>The conditional rows alone.</summary>
    public static PreparedConditioning Conditional(UNet2DConditionModel unet, Conditioning conditioning, UNetApproximations approximations) =>
        new(unet, conditioning.PromptEmbeds, conditioning.Conditions, ownsConditions: false, approximations);

    /// <summary>Both halves of guidance as one batch of 2B rows, unconditional first.</summary>
    public static PreparedConditioning BothHalves(UNet2DConditionModel unet, Conditioning conditioning, UNetApproximations approximations)
    {
        using var text = Concatenate([conditioning.NegativePromptEmbeds!, conditioning.PromptEmbeds]);
        var own = conditioning.Conditions;
        return new(unet, text, own is null ? null : Join(conditioning.NegativeConditions ?? own, own), ownsConditions: true, approximations);
    }

    /// <summary>Checks that guidance has what it needs.</summary>
    public static void RequireHalves(Conditioning conditioning, double guidanceScale)
    {
        var (positive, negative) = (conditioning.PromptEmbeds, conditioning.NegativePromptEmbeds);
        if (negative is null)
            throw new ArgumentException($"Guidance with scale {guidanceScale} needs the embeddings of the negative prompt.", nameof(conditioning));
        if (!negative.shape.SequenceEqual(positive.shape))
            throw new ArgumentException($"The negative prompt's embeddings have shape [{string.Join(", ", negative.shape)}], the prompts' [{string.Join(", ", positive.shape)}]; they must be equal.", nameof(conditioning));
    }

    /// <summary>The UNet's prediction in float32.</summary>
    public Tensor Predict(Tensor input, Tensor time)
    {
        using var prediction = _unet.forward(input, time, _text, _conditions, _approximations);
        return prediction.to(ScalarType.Float32);
    }

    /// <summary>Frees what was prepared.</summary>
    public void Dispose()
    {
        _text.Dispose();
        _approximations.DeepFeatures?.Dispose();
        if (!_ownsConditions) return;
        _conditions?.ClassLabels?.Dispose();
        _conditions?.AddedTextEmbeds?.Dispose();
        _conditions?.AddedTimeIds?.Dispose();
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
