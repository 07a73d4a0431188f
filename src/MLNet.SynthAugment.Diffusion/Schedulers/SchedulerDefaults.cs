namespace MLNet.SynthAugment.Diffusion.Schedulers;

/// <summary>
/// What diffusers takes for a key that a configuration does not state, where its samplers differ in it.
/// </summary>
internal sealed record SchedulerDefaults
{
    private static readonly SchedulerDefaults s_common = new();

    private static readonly SchedulerDefaults s_sigmas = new() { TimestepSpacing = TimestepSpacing.Linspace };

    private static readonly SchedulerDefaults s_pndm = new() { SetAlphaToOne = false };

    private static readonly SchedulerDefaults s_lcm = new()
    {
        BetaStart = 0.00085,
        BetaEnd = 0.012,
        BetaSchedule = BetaSchedule.ScaledLinear,
        ClipSample = false,
    };

    public double BetaStart { get; private init; } = 0.0001;

    public double BetaEnd { get; private init; } = 0.02;

    public BetaSchedule BetaSchedule { get; private init; } = BetaSchedule.Linear;

    public TimestepSpacing TimestepSpacing { get; private init; } = TimestepSpacing.Leading;

    public bool ClipSample { get; private init; } = true;

    public bool SetAlphaToOne { get; private init; } = true;

    public static SchedulerDefaults Of(string className) => className switch
    {
        SchedulerNames.EulerDiscrete or SchedulerNames.EulerAncestralDiscrete or SchedulerNames.DpmSolverMultistep =>
            s_sigmas,
        SchedulerNames.Pndm => s_pndm,
        SchedulerNames.Lcm => s_lcm,
        _ => s_common,
    };
}
