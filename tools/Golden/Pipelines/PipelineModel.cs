using MLNet.SynthAugment.Diffusion.Autoencoders;
using MLNet.SynthAugment.Diffusion.Models;

namespace MLNet.SynthAugment.Golden.Pipelines;

/// <summary>The parts that a pipeline run names, put together as a model.</summary>
internal static class PipelineModel
{
    private const double EmbeddingTolerance = 5e-5;

    /// <summary>Loads the parts.</summary>
    public static LatentDiffusionModel Load(
        PipelineCase run, GoldenChecks checks, OptionalModelParts? optionalParts = null) => new(
        NoTokenizer(),
        ClipTextModel.FromFolder(run.TextEncoder, checks.Device, checks.Dtype),
        Autoencoder.Load(run.Vae, checks.Device, checks.Dtype),
        UNet2DConditionModel.FromFolder(run.UNet, checks.Device, checks.Dtype),
        run.Scheduler("scheduler").Config,
        optionalParts);

    /// <summary>
    /// Encodes the prompts' token ids, of which the first row is the negative prompt's, and compares.
    /// </summary>
    public static Conditioning Encode(LatentDiffusionModel model, GoldenTensors tensors, GoldenChecks checks)
    {
        var embeddings = model.TextEncoder.forward(checks.Input(tensors["input_ids"]));
        var prompts = embeddings.narrow(0, 1, embeddings.shape[0] - 1);
        checks.Close("prompt_embeds", tensors["prompt_embeds"], prompts, EmbeddingTolerance);
        checks.Close("negative_prompt_embeds", tensors["negative_prompt_embeds"], embeddings.narrow(0, 0, 1),
            EmbeddingTolerance);
        return new Conditioning
        {
            PromptEmbeds = prompts,
            NegativePromptEmbeds = embeddings.narrow(0, 0, 1).expand(prompts.shape[0], -1, -1)
        };
    }

    // The files give token ids, but a model has a tokenizer.
    private static ClipTokenizer NoTokenizer() =>
        new(new Dictionary<string, long>
        { ["<|startoftext|>"] = 0, ["<|endoftext|>"] = 1 }, [], new ClipTokenizerOptions { ModelMaxLength = 3 });
}
