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
