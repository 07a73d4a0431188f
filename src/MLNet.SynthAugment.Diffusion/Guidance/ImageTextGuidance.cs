namespace MLNet.SynthAugment.Diffusion.Guidance;

/// <summary>
/// Guidance by an image and by a text, each with a scale of its own (Brooks et al. 2023, equation 3):
/// e(∅, ∅) + s_I · (e(∅, I) − e(∅, ∅)) + s_T · (e(T, I) − e(∅, I)).
/// </summary>
/// <param name="ImageScale">Scale s_I of the image, at least 0; at 1 the prediction without it cancels out.</param>
/// <param name="TextScale">Scale s_T of the text, at least 0; where it equals the image's, the image's prediction
/// cancels out.</param>
public sealed record ImageTextGuidance(double ImageScale, double TextScale) : IGuidance
{
    /// <inheritdoc/>
    public IReadOnlyList<GuidancePart> Parts => (ImageScale, TextScale) switch
    {
        (1, 1) => [GuidancePart.Conditional],
        _ when ImageScale == TextScale => [GuidancePart.Unconditional, GuidancePart.Conditional],
        (1, _) => [GuidancePart.ImageOnly, GuidancePart.Conditional],
        _ => [GuidancePart.Unconditional, GuidancePart.ImageOnly, GuidancePart.Conditional],
    };

    /// <inheritdoc/>
    public Tensor Combine(IReadOnlyList<Tensor> predictions, GuidanceStep step)
    {
        if (predictions is not [var unconditional, var imageOnly, var conditional])
            return predictions is [var from, var to]
                ? ClassifierFreeGuidance.Extrapolate(from, to, TextScale) : predictions[0].alias();
        using var guidedByImage = ClassifierFreeGuidance.Extrapolate(unconditional, imageOnly, ImageScale);
        using var difference = conditional - imageOnly;
        using var push = difference * Kept(TextScale);
        return guidedByImage.Plus(push);
    }
}
