namespace MLNet.SynthAugment.Diffusion.Schedulers;

/// <summary>Choosing another sampler.</summary>
public sealed partial record SchedulerConfig
{
    /// <summary>
    /// This model's noise schedule and prediction type with another sampler, as <c>from_config</c> does in diffusers:
    /// stated keys stay, the others take the new sampler's defaults. For instance
    /// <c>Scheduler.Create(model.SchedulerConfig.WithSampler(Sampler.DpmSolverPlusPlus2MKarras))</c>.
    /// </summary>
    /// <param name="sampler">The sampler.</param>
    public SchedulerConfig WithSampler(Sampler sampler)
    {
        var plain = this with
        {
            UseKarrasSigmas = false,
            UseExponentialSigmas = false,
            UseBetaSigmas = false,
            UseLuLambdas = false,
            AlgorithmType = AlgorithmType.DpmSolverPlusPlus,
            SolverType = SolverType.Midpoint,
            SolverOrder = 2,
        };
        var solver = plain with { ClassName = SchedulerNames.DpmSolverMultistep };
        return sampler switch
        {
            Sampler.Ddim => plain with { ClassName = SchedulerNames.Ddim },
            Sampler.Ddpm => plain with { ClassName = SchedulerNames.Ddpm },
            Sampler.Pndm => plain with { ClassName = SchedulerNames.Pndm, SkipPrkSteps = true },
            Sampler.Euler => plain with { ClassName = SchedulerNames.EulerDiscrete },
            Sampler.EulerKarras => plain with { ClassName = SchedulerNames.EulerDiscrete, UseKarrasSigmas = true },
            Sampler.EulerAncestral => plain with { ClassName = SchedulerNames.EulerAncestralDiscrete },
            Sampler.DpmSolverPlusPlus2M => solver,
            Sampler.DpmSolverPlusPlus2MKarras => solver with { UseKarrasSigmas = true },
            Sampler.DpmSolverPlusPlus2MSde => solver with { AlgorithmType = AlgorithmType.SdeDpmSolverPlusPlus },
            Sampler.DpmSolverPlusPlus2MSdeKarras =>
                solver with { AlgorithmType = AlgorithmType.SdeDpmSolverPlusPlus, UseKarrasSigmas = true },
            Sampler.DpmSolverPlusPlus3M => solver with { SolverOrder = 3 },
            Sampler.DpmSolverPlusPlus3MKarras => solver with { SolverOrder = 3, UseKarrasSigmas = true },
            Sampler.Lcm => plain with { ClassName = SchedulerNames.Lcm },
            _ => throw new ArgumentOutOfRangeException(nameof(sampler), sampler, "There is no such sampler."),
        };
    }
}
