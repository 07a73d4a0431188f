using MLNet.SynthAugment.Methods;

namespace MethodSamples;

/// <summary>
/// Image variation (unCLIP, Ramesh et al. 2022): a shot itself is the prompt. Its CLIP embedding, a point between those of two shots, or one moved within
/// the class's spread tells the model what to draw; text and image have a guidance scale each.
/// </summary>
internal static class ImageVariationSample
{
    private static readonly ImageVariation s_preset = ImageVariation.ForEmbeddedModel;

    public static void Run(Characters characters) =>
        characters.Synthesize(s_preset with
        {
            Modes = [VariationMode.OneShot, VariationMode.BetweenShots],
            Sampling = s_preset.Sampling with { Steps = 15 },
        });
}
