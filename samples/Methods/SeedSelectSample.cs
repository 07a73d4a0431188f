using MLNet.SynthAugment.Methods;

namespace MethodSamples;

/// <summary>
/// SeedSelect (Samuel et al., AAAI 2024): the model stays as it is, and the noise that an image starts from is optimised until the image comes near to
/// the shots. Later images of a class start from the seeds of earlier ones. The seeds are kept, and can be made into images again.
/// </summary>
internal static class SeedSelectSample
{
    public static void Run(Characters characters)
    {
        var preset = SeedSelect.ForEmbeddedModel;
        var synthesis = characters.Synthesize(preset with
        {
            Sampling = preset.Sampling with { Steps = 5 },
            Optimization = preset.Optimization with { Iterations = 5 },
            BootstrapIterations = 2,
            Anchors = 2,
            SeedsAtOnce = 2,
        });
        // What was found, for SeedSelect.Replay on this machine or another.
        synthesis.ExportSeeds(Path.Combine(characters.Output, "seeds"));
    }
}
