using static MLNet.SynthAugment.Diffusion.KeptScalars;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Guidance;

/// <summary>Classifier-free guidance (Ho and Salimans 2022): strengthens what the prompt changes.</summary>
public static class ClassifierFreeGuidance
{
    /// <summary>Whether a scale needs the unconditional prediction at all: at 1 it would cancel out.</summary>
    /// <param name="scale">The guidance scale.</param>
    public static bool IsNeeded(double scale) => scale != 1;

    /// <summary>unconditional + scale · (conditional − unconditional).</summary>
    /// <param name="unconditional">Prediction for the empty or negative prompt, [B, C, H, W].</param>
    /// <param name="conditional">Prediction for the prompt, of the same shape.</param>
    /// <param name="scale">Guidance scale; 1 gives the conditional prediction.</param>
    /// <returns>The guided prediction, of the same shape.</returns>
    public static Tensor Combine(Tensor unconditional, Tensor conditional, double scale)
    {
        using var difference = conditional - unconditional;
        using var push = difference * Kept(scale);
        return unconditional.Plus(push);
    }

    /// <summary>
    /// Guidance by an image and by a text, each with a scale of its own (Brooks et al. 2023, equation 3):
    /// e(∅, ∅) + s_I · (e(∅, I) − e(∅, ∅)) + s_T · (e(T, I) − e(∅, I)).
    /// </summary>
    /// <param name="unconditional">Prediction e(∅, ∅) for the empty or negative prompt without image, [B, C, H,
    /// W].</param>
    /// <param name="imageOnly">Prediction e(∅, I) for the image alone, of the same shape.</param>
    /// <param name="conditional">Prediction e(T, I) for prompt and image, of the same shape.</param>
    /// <param name="imageScale">Guidance scale s_I of the image.</param>
    /// <param name="textScale">Guidance scale s_T of the text.</param>
    /// <returns>The guided prediction, of the same shape.</returns>
    public static Tensor Combine(
        Tensor unconditional, Tensor imageOnly, Tensor conditional, double imageScale, double textScale)
    {
        using var guidedByImage = Combine(unconditional, imageOnly, imageScale);
        using var difference = conditional - imageOnly;
        using var push = difference * Kept(textScale);
        return guidedByImage.Plus(push);
    }

    /// <summary>
    /// Pulls the spread of the guided prediction back to that of the conditional one, sample by sample (Lin et al.
    /// 2024, equations 15 and 16), against over-exposed images.
    /// </summary>
    /// <param name="guided">The guided prediction, [B, C, H, W].</param>
    /// <param name="conditional">The conditional prediction, of the same shape.</param>
    /// <param name="rescale">0 (unchanged) to 1 (full).</param>
    /// <returns>The rescaled prediction, of the same shape.</returns>
    public static Tensor Rescale(Tensor guided, Tensor conditional, double rescale)
    {
        using var scope = NewDisposeScope();
        var sampleDimensions = Enumerable.Range(1, (int)guided.dim() - 1).Select(dimension => (long)dimension)
            .ToArray();
        var ratio = conditional.std(sampleDimensions, unbiased: true, keepdim: true) / guided.std(
            sampleDimensions, unbiased: true, keepdim: true);
        return (guided * (ratio * Kept(rescale)).Plus(1 - rescale)).MoveToOuterDisposeScope();
    }
}
