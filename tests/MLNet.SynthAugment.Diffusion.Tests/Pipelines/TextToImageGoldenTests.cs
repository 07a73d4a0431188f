using System.Text.Json;
using MLNet.SynthAugment.Diffusion.Autoencoders;
using MLNet.SynthAugment.Diffusion.Pipelines;
using MLNet.SynthAugment.Diffusion.Schedulers;
using MLNet.SynthAugment.Diffusion.Tests.Golden;
using MLNet.SynthAugment.Diffusion.Text;
using MLNet.SynthAugment.Diffusion.UNets;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Tests.Pipelines;

/// <summary>
/// Whole text-to-image runs recorded from the reference. Tolerances: embeddings 5e-5, latents 1e-4 of the largest (at least
/// 1e-3), decoded image 5e-4, pixels one level.
/// </summary>
public class TextToImageGoldenTests
{
    private const double ScalingFactor = 0.18215;

    [SharedTheory]
    [InlineData("t2i_ddim")]
    [InlineData("t2i_ddim_eta1")]
    [InlineData("t2i_ddim_batch2_noguidance")]
    [InlineData("t2i_ddim_guidance_rescale")]
    [InlineData("t2i_ddpm")]
    [InlineData("t2i_sd2_v_ddim")]
    public void Latents_of_every_step_and_the_image_agree_with_the_reference(string name)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        using var document = JsonDocument.Parse(File.ReadAllText(SharedData.Golden("pipeline", "pipeline.json")));
        var run = document.RootElement.GetProperty("cases").EnumerateArray().Single(c => c.GetProperty("name").GetString() == name);
        var golden = SharedData.Tensors("pipeline", run.GetProperty("file").GetString()!);
        using var unet = UNet2DConditionModel.FromFolder(Folder(run.GetProperty("unet")));
        using var textEncoder = ClipTextModel.FromFolder(Folder(run.GetProperty("text_encoder")));
        using var autoencoder = AutoencoderKL.FromFolder(SharedData.Golden("vae-kl"));

        var batch = golden["latents_in"].shape[0];
        var embeddings = textEncoder.forward(golden["input_ids"]);
        var promptEmbeds = embeddings.narrow(0, embeddings.shape[0] - batch, batch);
        TensorAssert.Close(golden["prompt_embeds"], promptEmbeds, 5e-5, "prompt embeddings");
        var negative = embeddings.narrow(0, 0, 1).expand(batch, -1, -1);

        var options = new SamplingOptions
        {
            Steps = run.GetProperty("num_inference_steps").GetInt32(),
            GuidanceScale = run.GetProperty("guidance_scale").GetDouble(),
            GuidanceRescale = run.TryGetProperty("guidance_rescale", out var rescale) ? rescale.GetDouble() : 0,
        };
        var sampler = new LatentSampler(unet, MakeScheduler(run));
        var noises = 0;
        var latents = sampler.Sample(
            sampler.StartFromNoise(golden["latents_in"], options.Steps),
            new Conditioning { PromptEmbeds = promptEmbeds, NegativePromptEmbeds = negative },
            options,
            stepNoise: _ => golden[$"noise.{noises++}"],
            onStep: step => AssertLatents(golden["latents_steps"][step.Step - 1], step.Latents, $"latents after step {step.Step}"));
        Assert.Equal(run.GetProperty("noises").GetInt32(), noises);
        Assert.Equal(run.GetProperty("timesteps").EnumerateArray().Select(t => t.GetDouble()), sampler.Scheduler.Timesteps);
        AssertLatents(golden["latents_out"], latents, "latents");

        var decoded = autoencoder.Decode(latents / ScalingFactor);
        TensorAssert.Close(golden["decoded"], decoded, 5e-4, "decoded image");
        var pixels = ((decoded / 2 + 0.5).clamp(0, 1) * 255).round().permute(0, 2, 3, 1);
        TensorAssert.Close(golden["image_u8"], pixels, 1, "pixels");
    }

    private static void AssertLatents(Tensor expected, Tensor actual, string what) =>
        TensorAssert.Close(expected, actual, Math.Max(1e-3, 1e-4 * expected.abs().max().item<float>()), what);

    private static string Folder(JsonElement relative) => Path.GetFullPath(SharedData.Golden("pipeline", relative.GetString()!));

    private static Scheduler MakeScheduler(JsonElement run)
    {
        var config = SchedulerConfig.FromJson(run.GetProperty("scheduler_config").GetRawText());
        if (run.GetProperty("scheduler").GetString() == "DDPMScheduler") return new DdpmScheduler(config);
        return new DdimScheduler(config, run.TryGetProperty("eta", out var eta) ? eta.GetDouble() : 0);
    }
}
