using System.Text.Json;
using MLNet.SynthAugment.Diffusion.Autoencoders;
using MLNet.SynthAugment.Diffusion.Pipelines;
using MLNet.SynthAugment.Diffusion.Schedulers;
using MLNet.SynthAugment.Diffusion.Text;
using MLNet.SynthAugment.Diffusion.UNets;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Cli.Golden.Suites;

/// <summary>What the suites of all pipelines share: an entry of a <c>pipeline.json</c>, its models, and the comparisons along a run.</summary>
/// <param name="folder">The folder with the list.</param>
/// <param name="root">The whole list.</param>
/// <param name="entry">The run's entry in it.</param>
/// <param name="checks">Where comparisons go.</param>
internal sealed class PipelineRun(GoldenFolder folder, JsonElement root, JsonElement entry, GoldenChecks checks)
{
    private const double EmbeddingTolerance = 5e-5;
    private const double LatentTolerance = 1e-4;
    private const double LeastLatentTolerance = 1e-3;
    private const double ImageTolerance = 5e-4;
    private const double DefaultScalingFactor = 0.18215;

    /// <summary>The entry: steps, guidance, strength and so on.</summary>
    public JsonElement Entry { get; } = entry;

    /// <summary>The run's tensors.</summary>
    public GoldenTensors Golden { get; } = folder.Tensors(entry.Text("file"));

    /// <summary>Number by which the autoencoder's latents are multiplied.</summary>
    public double ScalingFactor { get; } = entry.Number("vae_scaling_factor", DefaultScalingFactor);

    /// <summary>Steps and guidance.</summary>
    public SamplingOptions Options { get; } = new()
    {
        Steps = entry.Count("num_inference_steps"),
        GuidanceScale = entry.Number("guidance_scale"),
        GuidanceRescale = entry.Number("guidance_rescale", 0),
    };

    /// <summary>The cases of one kind of pipeline.</summary>
    public static IEnumerable<GoldenCase> Cases(GoldenFolder folder, string kind, Action<PipelineRun, GoldenChecks> check)
    {
        foreach (var (list, root, entries) in folder.JsonLists("cases"))
        {
            foreach (var entry in entries.Where(entry => entry.TryGetProperty("kind", out var value) && value.ValueEquals(kind) && folder.Has(entry.Text("file"))))
                yield return new GoldenCase(entry.Text("name"), [list, entry.Text("file")], checks => check(new PipelineRun(folder, root, entry, checks), checks));
        }
    }

    /// <summary>The run's UNet.</summary>
    public UNet2DConditionModel LoadUNet() => UNet2DConditionModel.FromFolder(folder.Resolve(Entry.Text("unet")), checks.Device, checks.Dtype);

    /// <summary>The autoencoder of all runs.</summary>
    public AutoencoderKL LoadAutoencoder() => AutoencoderKL.FromFolder(folder.Resolve(root.Text("vae")), checks.Device, checks.Dtype);

    /// <summary>The run's sampler.</summary>
    public Scheduler CreateScheduler() => GoldenScheduler.Make(
        Entry.Text("scheduler"), Entry.Field("scheduler_config"), Entry.TryGetProperty("eta", out var eta) ? JsonSerializer.SerializeToElement(new { eta }) : default);

    /// <summary>Encodes the run's tokens and compares; the first row is the empty prompt.</summary>
    public Conditioning EncodePrompts(long batch)
    {
        using var textEncoder = ClipTextModel.FromFolder(folder.Resolve(Entry.Text("text_encoder")), checks.Device, checks.Dtype);
        var embeddings = textEncoder.forward(checks.Input(Golden["input_ids"]));
        var prompts = embeddings.narrow(0, embeddings.shape[0] - batch, batch);
        var negative = embeddings.narrow(0, 0, 1);
        checks.CloseActivation("prompt_embeds", Golden["prompt_embeds"], prompts, EmbeddingTolerance);
        checks.CloseActivation("negative_prompt_embeds", Golden["negative_prompt_embeds"], negative, EmbeddingTolerance);
        return new Conditioning { PromptEmbeds = prompts, NegativePromptEmbeds = negative.expand(batch, -1, -1) };
    }

    /// <summary>Compares the latents after a step.</summary>
    public void CheckStep(SamplingStep step) => CheckLatents($"latents_steps[{step.Step - 1}]", Golden["latents_steps"][step.Step - 1], step.Latents);

    /// <summary>Compares the number of noises that the run drew.</summary>
    public void CheckDraws(int noises) => checks.CloseNumber("noises", Entry.Count("noises"), noises, 0);

    /// <summary>Compares the final latents, decodes them and compares the image.</summary>
    public void CheckImage(Tensor latents)
    {
        CheckLatents("latents_out", Golden["latents_out"], latents);
        using var autoencoder = LoadAutoencoder();
        var decoded = autoencoder.Decode(latents / ScalingFactor).to(ScalarType.Float32);
        checks.Close("decoded", Golden["decoded"], decoded, ImageTolerance);
        checks.Close("image_u8", Golden["image_u8"], ((decoded / 2 + 0.5).clamp(0, 1) * 255).round().permute(0, 2, 3, 1), 1);
    }

    private void CheckLatents(string what, Tensor expected, Tensor actual) => checks.CloseToLargest(what, expected, actual, LatentTolerance, LeastLatentTolerance);
}
