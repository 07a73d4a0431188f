using MLNet.SynthAugment.Methods;

namespace MethodSamples;

/// <summary>
/// LoFT: a small adapter is trained on each single shot; an image is made with the adapters of two shots of its class at once, so that it has something of
/// both.
/// </summary>
internal static class LoftSample
{
    private static readonly Loft s_preset = Loft.ForEmbeddedModel;

    public static void Run(Characters characters) => characters.Synthesize(s_preset with
    {
        Training = s_preset.Training with { Epochs = 10 },
        Sampling = s_preset.Sampling with { Steps = 15 },
    });
}
