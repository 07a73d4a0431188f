using MLNet.SynthAugment.Methods;

namespace MethodSamples;

/// <summary>
/// Diff-Mix (Wang et al., CVPR 2024): an adapter learns all classes, then a shot of one class is noised in part and denoised as another class. The image lies between both, and so does its
/// label: the column SoftLabel holds each class's share.
/// </summary>
internal static class DiffMixSample
{
    private static readonly DiffMix s_preset = DiffMix.ForEmbeddedModel;

    public static void Run(Characters characters) => characters.Synthesize(s_preset with
    {
        Training = s_preset.Training with { Epochs = 10 },
        Start = s_preset.Start with { Strengths = [0.5, 0.7, 0.9] },
    });
}
