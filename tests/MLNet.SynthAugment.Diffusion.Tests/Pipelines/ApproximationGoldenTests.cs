using System.Globalization;
using System.Text.Json;
using MLNet.SynthAugment.Diffusion.Autoencoders;
using MLNet.SynthAugment.Diffusion.Pipelines;
using MLNet.SynthAugment.Diffusion.Schedulers;
using MLNet.SynthAugment.Diffusion.UNets;
using Xunit.Abstractions;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Tests.Pipelines;

/// <summary>
/// What the approximations change in the recorded text-to-image runs: the errors that docs/performance.md states. The
/// models are untrained, so real ones, whose features change less from step to step, do better.
/// </summary>
public sealed class ApproximationGoldenTests(ITestOutputHelper output)
{
    private const double ScalingFactor = 0.18215;

    [SharedTheory]
    [InlineData("t2i_ddim", 1, 1e-5)]
    [InlineData("t2i_ddim", 2, 0.1)]
    [InlineData("t2i_ddim", 3, 0.15)]
    [InlineData("t2i_sd2_v_ddim", 1, 1e-5)]
    [InlineData("t2i_sd2_v_ddim", 2, 0.1)]
    [InlineData("t2i_sd2_v_ddim", 3, 0.15)]
    public void Deep_features_taken_over(string name, int interval, double meanErrorAllowed) =>
        Check(name, new SamplingOptions
        { DeepFeatureInterval = interval }, $"interval {interval}", interval == 1, meanErrorAllowed);

    [SharedTheory]
    [InlineData("t2i_ddim", 0, 1e-5)]
    [InlineData("t2i_ddim", 0.25, 0.05)]
    [InlineData("t2i_ddim", 0.5, 0.1)]
    [InlineData("t2i_sd2_v_ddim", 0, 1e-5)]
    [InlineData("t2i_sd2_v_ddim", 0.25, 0.05)]
    [InlineData("t2i_sd2_v_ddim", 0.5, 0.1)]
    public void Similar_tokens_merged(string name, double merged, double meanErrorAllowed) =>
        Check(name, new SamplingOptions { MergedTokens = merged }, $"merged {merged}", merged == 0, meanErrorAllowed);

    private void Check(string name, SamplingOptions approximations, string what, bool isExact, double meanErrorAllowed)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        using var document = JsonDocument.Parse(File.ReadAllText(SharedData.Golden("pipeline", "pipeline.json")));
        var run = document.RootElement.GetProperty("cases").EnumerateArray()
            .Single(c => c.GetProperty("name").GetString() == name);
        var golden = SharedData.Tensors("pipeline", run.GetProperty("file").GetString()!);
        using var unet = UNet2DConditionModel.FromFolder(
            Path.GetFullPath(SharedData.Golden("pipeline", run.GetProperty("unet").GetString()!)));
        var scheduler = new DdimScheduler(
            SchedulerConfig.FromJson(run.GetProperty("scheduler_config").GetRawText()));
        var options = approximations with
        {
            Steps = run.GetProperty("num_inference_steps").GetInt32(),
            GuidanceScale = run.GetProperty("guidance_scale").GetDouble(),
        };
        var conditioning = new Conditioning
        { PromptEmbeds = golden["prompt_embeds"], NegativePromptEmbeds = golden["negative_prompt_embeds"] };
        var latents = new LatentSampler(unet).Sample(scheduler, golden["latents_in"], conditioning, options);

        var error = (latents - golden["latents_out"]).abs() / golden["latents_out"].std();
        using var autoencoder = AutoencoderKL.FromFolder(SharedData.Golden("vae-kl"));
        var imageError = ((autoencoder.Decode(latents / ScalingFactor) / 2 + 0.5).clamp(0, 1) * 255 - golden["image_u8"]
            .permute(0, 3, 1, 2).to(ScalarType.Float32)).abs();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{name}, {options.Steps} steps, {what}: latents {error.mean().item<float>():G3} mean, {error.max().item<float>():G3} max of their standard deviation; image {imageError.mean().item<float>():G3} mean, {imageError.max().item<float>():G3} max of 255"));
        Assert.InRange(error.mean().item<float>(), isExact ? 0 : 1e-5, meanErrorAllowed);
    }
}
