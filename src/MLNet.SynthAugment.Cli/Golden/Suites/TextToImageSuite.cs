using MLNet.SynthAugment.Diffusion.Pipelines;

namespace MLNet.SynthAugment.Cli.Golden.Suites;

/// <summary>Text-to-image runs (<c>"kind": "t2i"</c>): prompt embeddings, the latents after every step, the image.</summary>
internal sealed class TextToImageSuite : IGoldenSuite
{
    /// <inheritdoc/>
    public IEnumerable<GoldenCase> Cases(GoldenFolder folder) => PipelineRun.Cases(folder, "t2i", Check);

    private static void Check(PipelineRun run, GoldenChecks checks)
    {
        using var unet = run.LoadUNet();
        var prompts = run.EncodePrompts(batch: run.Golden.Shape("latents_in")[0]);
        var sampler = new LatentSampler(unet, run.CreateScheduler());
        var noises = 0;
        var latents = sampler.Sample(
            sampler.StartFromNoise(run.Golden["latents_in"].to(checks.Device), run.Options.Steps),
            prompts,
            run.Options,
            stepNoise: _ => run.Golden[$"noise.{noises++}"].to(checks.Device),
            onStep: run.CheckStep);
        run.CheckDraws(noises);
        checks.CloseNumbers("timesteps", run.Entry.Field("timesteps").Numbers(), sampler.Scheduler.Timesteps, 0);
        run.CheckImage(latents);
    }
}
