using MLNet.SynthAugment.Methods;

namespace MethodSamples;

/// <summary>
/// DA-Fusion (Trabucco et al., ICLR 2024): textual inversion finds a word for each class in the text encoder's own space; then shots are noised in part and
/// denoised again under that word. The model's weights stay as they are.
/// </summary>
internal static class DAFusionSample
{
    private static readonly DAFusion s_preset = DAFusion.ForEmbeddedModel;

    public static void Run(Characters characters) =>
        characters.Synthesize(s_preset with
        {
            Training = s_preset.Training with { Steps = 50 },
            Start = s_preset.Start with { Strengths = DAFusion.StackedStrengths },
            Sampling = s_preset.Sampling with { Steps = 15 },
        });
}
