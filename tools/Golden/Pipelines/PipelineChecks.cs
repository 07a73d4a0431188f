namespace MLNet.SynthAugment.Golden.Pipelines;

/// <summary>Compares a run's latents, after each step and at the end, and the image they decode to.</summary>
internal sealed class PipelineChecks(PipelineCase run, DiffusionPipeline pipeline, GoldenChecks checks)
{
    private const double RelativeLatentTolerance = 1e-4;
    private const double LatentTolerance = 1e-3;
    private const double ImageTolerance = 5e-4;
    private const double OneLevel = 1;
    private const double NumberTolerance = 1e-5;

    private readonly List<double> _timesteps = [];
    private readonly Tensor _expectedSteps = run.Tensors["latents_steps"];

    /// <summary>Looks at a step; to be given to the pipeline.</summary>
    public void OnStep(SamplingStep step)
    {
        _timesteps.Add(step.Timestep);
        if (step.Step <= _expectedSteps.shape[0])
            checks.CloseToLargest($"latents after step {step.Step}", _expectedSteps[step.Step - 1], step.Latents,
                RelativeLatentTolerance, LatentTolerance);
    }

    /// <summary>Looks at what came out.</summary>
    public void Finish(Tensor latents)
    {
        checks.CloseNumbers("timesteps", run.Timesteps, _timesteps, NumberTolerance);
        using var plan = pipeline.Scheduler.Plan(run.Steps);
        checks.CloseNumbers("init_noise_sigma", [run.Number("init_noise_sigma", plan.InitNoiseSigma)],
            [plan.InitNoiseSigma], NumberTolerance);
        checks.CloseToLargest("latents_out", run.Tensors["latents_out"], latents, RelativeLatentTolerance,
            LatentTolerance);
        checks.CloseNumbers("vae_scaling_factor", [run.Number("vae_scaling_factor", pipeline.ScalingFactor)],
            [pipeline.ScalingFactor], NumberTolerance);

        var decoded = pipeline.Model.Vae.Decode(latents / Kept(pipeline.ScalingFactor));
        checks.Close("decoded", run.Tensors["decoded"], decoded, ImageTolerance);
        checks.Close("image_u8", run.Tensors["image_u8"], Pixels(latents), OneLevel);
    }

    private Tensor Pixels(Tensor latents)
    {
        var images = pipeline.Decode(latents);
        var pixels = new byte[images.Count * images[0].Width * images[0].Height * 3];
        for (var i = 0; i < images.Count; i++)
            images[i].CopyPixelDataTo(pixels.AsSpan(i * pixels.Length / images.Count));
        long[] shape = [images.Count, images[0].Height, images[0].Width, 3];
        foreach (var image in images)
            image.Dispose();
        return tensor(pixels, shape, dtype: ScalarType.Byte);
    }
}
