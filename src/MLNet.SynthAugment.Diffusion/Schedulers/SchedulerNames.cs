namespace MLNet.SynthAugment.Diffusion.Schedulers;

/// <summary>
/// Names of the diffusers classes, as <c>_class_name</c> of a <c>scheduler_config.json</c> gives them.
/// </summary>
public static class SchedulerNames
{
    /// <summary><see cref="DdimScheduler"/>.</summary>
    public const string Ddim = "DDIMScheduler";

    /// <summary><see cref="DdpmScheduler"/>.</summary>
    public const string Ddpm = "DDPMScheduler";

    /// <summary><see cref="PndmScheduler"/>.</summary>
    public const string Pndm = "PNDMScheduler";

    /// <summary><see cref="EulerDiscreteScheduler"/>.</summary>
    public const string EulerDiscrete = "EulerDiscreteScheduler";

    /// <summary><see cref="EulerAncestralDiscreteScheduler"/>.</summary>
    public const string EulerAncestralDiscrete = "EulerAncestralDiscreteScheduler";

    /// <summary><see cref="DpmSolverMultistepScheduler"/>.</summary>
    public const string DpmSolverMultistep = "DPMSolverMultistepScheduler";

    /// <summary><see cref="LcmScheduler"/>.</summary>
    public const string Lcm = "LCMScheduler";
}
