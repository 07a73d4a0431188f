using MLNet.SynthAugment.Methods;

namespace MethodSamples;

/// <summary>
/// Prompts that name the class, and nothing else: the shots play no part, nothing is learnt. What the model does not know by name it cannot draw, so this
/// is the baseline that the other methods have to beat.
/// </summary>
internal static class ClassNamePromptSample
{
    public static void Run(Characters characters) => characters.Synthesize(ClassNamePrompt.ForEmbeddedModel with
    {
        // Each image draws one.
        Templates = ["a photo of a {class}", "a handwritten {class}"],
        Sampling = ClassNamePrompt.ForEmbeddedModel.Sampling with { Steps = 15 },
    });
}
