using MLNet.SynthAugment.Methods;

namespace MethodSamples;

/// <summary>
/// DataDream (Kim et al., ECCV 2024): the diffusion model itself learns the shots. A small set of weights, a LoRA adapter, is trained with the model's
/// own loss, on all classes or on each by itself; then prompts that name the class give new images.
/// </summary>
internal static class DataDreamSample
{
    public static void Run(Characters characters)
    {
        var preset = DataDream.ForEmbeddedModel;
        var method = preset with
        {
            Scope = LoraScope.Dataset,
            Training = preset.Training with { Epochs = 10 },
            Sampling = preset.Sampling with { Steps = 15 },
        };
        var synthesis = characters.Synthesize(method);
        // What was learnt, as other programs read it.
        synthesis.ExportAdapter(Path.Combine(characters.Output, "characters.safetensors"));
    }
}
