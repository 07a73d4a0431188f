using System.Text.Json.Serialization;

namespace MLNet.SynthAugment.Diffusion.Schedulers;

/// <summary>Keys that only some samplers read.</summary>
public sealed partial record SchedulerConfig
{
    /// <summary>DDPM: variance of the noise added in a step.</summary>
    public VarianceType VarianceType { get; init; } = VarianceType.FixedSmall;

    /// <summary>
    /// PNDM: whether the first steps are simple ones instead of four-call Runge-Kutta steps; Stable Diffusion skips
    /// them.
    /// </summary>
    public bool SkipPrkSteps { get; init; }

    /// <summary>Euler, DPM-Solver: σ spaced as Karras et al. 2022, equation 5 (ρ = 7).</summary>
    public bool UseKarrasSigmas { get; init; }

    /// <summary>Euler, DPM-Solver: log σ spaced evenly.</summary>
    public bool UseExponentialSigmas { get; init; }

    /// <summary>Euler, DPM-Solver: σ at quantiles of Beta(0.6, 0.6) (Lee et al. 2024).</summary>
    public bool UseBetaSigmas { get; init; }

    /// <summary>DPM-Solver: λ = −log σ spaced evenly (Lu et al. 2022, section 3.3).</summary>
    public bool UseLuLambdas { get; init; }

    /// <summary>
    /// Euler: smallest σ of the Karras, exponential and beta spacings; null for that of the schedule.
    /// </summary>
    public double? SigmaMin { get; init; }

    /// <summary>Euler: largest σ of the Karras, exponential and beta spacings; null for that of the schedule.</summary>
    public double? SigmaMax { get; init; }

    /// <summary>Euler: how σ is found between whole timesteps.</summary>
    public InterpolationType InterpolationType { get; init; }

    /// <summary>
    /// Euler: with <see cref="TimestepType.Continuous"/> and v prediction the model is told log(σ)/4 instead of a
    /// timestep.
    /// </summary>
    public TimestepType TimestepType { get; init; }

    /// <summary>Euler, DPM-Solver: σ after the last step.</summary>
    public FinalSigmasType FinalSigmasType { get; init; }

    /// <summary>DPM-Solver: order 1, 2 or 3; 2 is recommended with guidance.</summary>
    public int SolverOrder { get; init; } = 2;

    /// <summary>DPM-Solver: which equation is solved.</summary>
    public AlgorithmType AlgorithmType { get; init; } = AlgorithmType.DpmSolverPlusPlus;

    /// <summary>DPM-Solver: form of the second-order step.</summary>
    public SolverType SolverType { get; init; }

    /// <summary>DPM-Solver: whether the last steps of runs of fewer than 15 steps are of lower order.</summary>
    public bool LowerOrderFinal { get; init; } = true;

    /// <summary>DPM-Solver: whether the last step is of first order in every run.</summary>
    public bool EulerAtFinal { get; init; }

    /// <summary>
    /// DPM-Solver: timesteps with a log signal-to-noise ratio λ below this are not visited; null for no bound. Cosine
    /// schedules need about −5.1.
    /// </summary>
    public double? LambdaMinClipped { get; init; }

    /// <summary>LCM: number of steps of the schedule the model was distilled on, of which a run takes a part.</summary>
    public int OriginalInferenceSteps { get; init; } = 50;

    /// <summary>LCM: factor of the timestep in the boundary condition.</summary>
    public double TimestepScaling { get; init; } = 10;

    /// <summary>Flow matching, which no sampler here does.</summary>
    [JsonInclude]
    internal bool UseFlowSigmas { get; init; }
}
