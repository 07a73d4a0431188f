namespace MLNet.SynthAugment.Diffusion.Schedulers;

/// <summary>How the noise variance β grows over the training timesteps (<c>beta_schedule</c>).</summary>
public enum BetaSchedule
{
    /// <summary>β linear from <c>beta_start</c> to <c>beta_end</c> (Ho et al. 2020).</summary>
    Linear,

    /// <summary>√β linear, then squared: what Stable Diffusion was trained with (Rombach et al. 2022).</summary>
    ScaledLinear,

    /// <summary>β from a squared cosine ᾱ, capped at 0.999 (Nichol and Dhariwal 2021).</summary>
    SquaredcosCapV2,
}

/// <summary>What the UNet predicts (<c>prediction_type</c>).</summary>
public enum PredictionType
{
    /// <summary>The noise ε that was added (Ho et al. 2020).</summary>
    Epsilon,

    /// <summary>The velocity v = √ᾱ·ε − √(1−ᾱ)·x₀ (Salimans and Ho 2022, section 4).</summary>
    VPrediction,

    /// <summary>The clean sample x₀.</summary>
    Sample,
}

/// <summary>Which training timesteps a sampler visits (<c>timestep_spacing</c>; Lin et al. 2024, table 2).</summary>
public enum TimestepSpacing
{
    /// <summary>Multiples of T/n from 0 upwards, plus <c>steps_offset</c>.</summary>
    Leading,

    /// <summary>Evenly spaced from the last timestep downwards; always starts at the last one.</summary>
    Trailing,

    /// <summary>Evenly spaced over the whole range, both ends included.</summary>
    Linspace,
}

/// <summary>The timestep that a step of DDIM or PNDM leads to.</summary>
public enum PreviousTimestep
{
    /// <summary>The next one of the run; the noise that a step leaves is what the next step takes away.</summary>
    NextInRun,

    /// <summary>
    /// T/n timesteps lower, T/n rounded down, as in diffusers. The same with <see cref="TimestepSpacing.Leading"/>;
    /// with the other spacings a step leaves more or less noise than the next one expects where n does not divide T.
    /// </summary>
    FixedStride,
}

/// <summary>The variance of the noise that DDPM adds in a step (<c>variance_type</c>).</summary>
public enum VarianceType
{
    /// <summary>The posterior variance β̃ (Ho et al. 2020, equation 7).</summary>
    FixedSmall,

    /// <summary>β̃ passed through its logarithm, used as a standard deviation.</summary>
    FixedSmallLog,

    /// <summary>β itself, the upper bound of Ho et al. 2020, section 3.2.</summary>
    FixedLarge,
}

/// <summary>How Euler's method finds σ for timesteps that are no whole numbers (<c>interpolation_type</c>).</summary>
public enum InterpolationType
{
    /// <summary>Linearly between the σ of whole timesteps.</summary>
    Linear,

    /// <summary>log σ evenly over the schedule, whatever the timesteps.</summary>
    LogLinear,
}

/// <summary>What the model is told as the time of a step (<c>timestep_type</c>).</summary>
public enum TimestepType
{
    /// <summary>A training timestep.</summary>
    Discrete,

    /// <summary>log(σ)/4 (Karras et al. 2022, table 1).</summary>
    Continuous,
}

/// <summary>Noise level after the last step (<c>final_sigmas_type</c>).</summary>
public enum FinalSigmasType
{
    /// <summary>None: the last step gives the clean sample.</summary>
    Zero,

    /// <summary>That of training timestep 0.</summary>
    SigmaMin,
}

/// <summary>Which equation DPM-Solver solves (<c>algorithm_type</c>).</summary>
public enum AlgorithmType
{
    /// <summary>The ODE in terms of predicted noise (Lu et al. 2022a).</summary>
    [JsonStringEnumMemberName("dpmsolver")]
    DpmSolver,

    /// <summary>The ODE in terms of the predicted clean sample (Lu et al. 2022b): stable with guidance.</summary>
    [JsonStringEnumMemberName("dpmsolver++")]
    DpmSolverPlusPlus,

    /// <summary>The SDE in terms of predicted noise; adds noise in every step.</summary>
    [JsonStringEnumMemberName("sde-dpmsolver")]
    SdeDpmSolver,

    /// <summary>The SDE in terms of the predicted clean sample; adds noise in every step.</summary>
    [JsonStringEnumMemberName("sde-dpmsolver++")]
    SdeDpmSolverPlusPlus,
}

/// <summary>Form of DPM-Solver's second-order step (<c>solver_type</c>).</summary>
public enum SolverType
{
    /// <summary>The derivative is taken as constant over the step.</summary>
    Midpoint,

    /// <summary>The derivative's weight is integrated exactly.</summary>
    Heun,
}
