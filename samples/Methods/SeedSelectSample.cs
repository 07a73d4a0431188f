using MLNet.SynthAugment.Methods;

namespace MethodSamples;

/// <summary>
/// SeedSelect (Samuel et al. 2024): the model stays as it is; the noise that an image starts from is optimised through the whole sampler until the image
/// resembles the shots, in CLIP's eyes and in the model's own latents. Later images of a class start from the seeds of earlier ones.
/// </summary>
internal static class SeedSelectSample
{
    public static void Run(Characters characters) =>
        characters.Synthesize(SeedSelect.ForEmbeddedModel with { Iterations = 6, BootstrapIterations = 2, Anchors = 2, SamplingSteps = 8 }, imagesPerClass: 4);
}
