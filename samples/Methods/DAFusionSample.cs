using MLNet.SynthAugment.Methods;

namespace MethodSamples;

/// <summary>
/// DA-Fusion (Trabucco et al., ICLR 2024): textual inversion finds a word for each class in the text encoder's own space; then shots are noised in part and
/// denoised again under that word. The model's weights stay as they are.
/// </summary>
internal static class DAFusionSample
{
    public static void Run(Characters characters) =>
        characters.Synthesize(DAFusion.ForEmbeddedModel with { Training = DAFusion.ForEmbeddedModel.Training with { Steps = 50 }, Start = DAFusion.ForEmbeddedModel.Start with { Strengths = DAFusion.StackedStrengths }, Sampling = DAFusion.ForEmbeddedModel.Sampling with { Steps = 15 } });
}
