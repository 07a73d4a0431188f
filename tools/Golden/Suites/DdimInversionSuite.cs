namespace MLNet.SynthAugment.Golden.Suites;

/// <summary>DDIM inversion without guidance: the latents after each step, from the image's to the noise.</summary>
internal sealed class DdimInversionSuite : IGoldenSuite
{
    private const double Tolerance = 1e-4;
    private const double LeastTolerance = 1e-3;

    // The files do not name the model; the collection's description does.
    private const string UNetFolder = "../unet-sd2";

    /// <inheritdoc/>
    public IEnumerable<GoldenCase> Cases(GoldenFolder folder) =>
        from file in folder.Files
        where folder.ModelClass is null && file.EndsWith(".safetensors", StringComparison.Ordinal)
        && Path.Exists(folder.Resolve(UNetFolder))
        let tensors = folder.Tensors(file)
        where tensors.Has("steps_from_to") && tensors.Has("latents") && tensors.Has("prompt_embeds")
        select new GoldenCase(Path.GetFileNameWithoutExtension(file), [file], checks => Check(folder, tensors, checks));

    private static void Check(GoldenFolder folder, GoldenTensors golden, GoldenChecks checks)
    {
        golden.PassOver("input_ids");
        using var unet = UNet2DConditionModel.FromFolder(folder.Resolve(UNetFolder), checks.Device, checks.Dtype);
        var (latents, timesteps) = (golden["latents"], golden["steps_from_to"]);
        var steps = (int)timesteps.shape[0];
        var config = SchedulerConfig.StableDiffusion with { PreviousTimestep = PreviousTimestep.FixedStride };
        var inversion = new DdimInversion(unet, new DdimScheduler(config));
        var visited = new List<long>();
        inversion.Invert(
            latents[0].to(checks.Device),
            new Conditioning { PromptEmbeds = checks.Input(golden["prompt_embeds"]) },
            new SamplingOptions { Steps = steps, GuidanceScale = 1 },
            step =>
            {
                visited.Add((long)step.Timestep);
                checks.CloseToLargest($"latents[{step.Step}]", latents[step.Step], step.Latents, Tolerance,
                    LeastTolerance);
            });
        checks.Equal("timesteps", timesteps.select(1, 1).ToArray<long>(), visited);
    }
}
