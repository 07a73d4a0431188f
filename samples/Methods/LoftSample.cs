using MLNet.SynthAugment.Methods;

namespace MethodSamples;

/// <summary>
/// LoFT: a small adapter is trained on each single shot; an image is made with the adapters of two shots of its class at once, so that it has something of
/// both.
/// </summary>
internal static class LoftSample
{
    public static void Run(Characters characters) => characters.Synthesize(Loft.ForEmbeddedModel with { Training = Loft.ForEmbeddedModel.Training with { Epochs = 10 }, Sampling = Loft.ForEmbeddedModel.Sampling with { Steps = 15 } });
}
