using System.Globalization;
using System.Text.Json;
using MLNet.SynthAugment.Diffusion.Pipelines;
using MLNet.SynthAugment.Diffusion.Schedulers;
using MLNet.SynthAugment.Diffusion.UNets;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Tests.Pipelines;

/// <summary>
/// What guidance in a part of the steps alone costs in accuracy, on the recorded runs; the numbers are in
/// docs/pipelines.md.
/// </summary>
public class GuidanceIntervalTests
{
    [SharedTheory]
    [InlineData("t2i_ddim", 0.2, 0.8, 0.06)]
    [InlineData("t2i_ddim", 0.4, 1, 0.07)]
    [InlineData("t2i_sd2_v_ddim", 0.2, 0.8, 0.045)]
    [InlineData("t2i_ddim_guidance_rescale", 0.2, 0.8, 0.28)]
    [InlineData("t2i_dpmpp_2m", 0.2, 0.8, 0.06)]
    public void The_error_stays_within_what_is_documented(string name, double start, double end, double bound)
    {
        using var scope = NewDisposeScope();
        using var document = JsonDocument.Parse(File.ReadAllText(SharedData.Golden("pipeline", "pipeline.json")));
        var run = document.RootElement.GetProperty("cases").EnumerateArray()
            .Single(entry => entry.GetProperty("name").GetString() == name);
        var golden = SharedData.Tensors("pipeline", run.GetProperty("file").GetString()!);
        using var unet = UNet2DConditionModel.FromFolder(
            Path.GetFullPath(SharedData.Golden("pipeline", run.GetProperty("unet").GetString()!)));
        var scheduler = Scheduler.Create(
            SchedulerConfig.FromJson(
            run.GetProperty("scheduler_config").GetRawText()) with
            {
                ClassName = run.GetProperty("scheduler")
            .GetString()!
            });
        var options = new SamplingOptions
        {
            Steps = run.GetProperty("num_inference_steps").GetInt32(),
            GuidanceScale = run.GetProperty("guidance_scale").GetDouble(),
            GuidanceRescale = run.TryGetProperty("guidance_rescale", out var rescale) ? rescale.GetDouble() : 0,
            GuidanceStart = start,
            GuidanceEnd = end,
        };
        var conditioning = new Conditioning
        { PromptEmbeds = golden["prompt_embeds"], NegativePromptEmbeds = golden["negative_prompt_embeds"] };
        var latents = new LatentSampler(unet).Sample(scheduler, golden["latents_in"], conditioning, options);
        var expected = golden["latents_out"];
        var error = ((latents - expected).norm() / expected.norm()).item<float>();
        Assert.True(error > 1e-3 && error <= bound,
            string.Create(CultureInfo.InvariantCulture,
                $"{name} {start}-{end}: relative error {error:0.0000}, documented {bound}."));
    }
}
