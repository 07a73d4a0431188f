namespace MLNet.SynthAugment.Diffusion.Schedulers;

/// <summary>
/// Noise that Euler's method adds before a step, which raises σ by a factor (Karras et al. 2022, algorithm 2;
/// diffusers' <c>s_churn</c>, <c>s_tmin</c>, <c>s_tmax</c>, <c>s_noise</c>).
/// </summary>
public sealed record EulerChurn
{
    /// <summary>No added noise: the sampler is deterministic.</summary>
    public static EulerChurn None { get; } = new();

    /// <summary>Amount over the whole run, at least 0; the share of a step is capped at √2 − 1.</summary>
    public double Amount { get; init; }

    /// <summary>Smallest σ at which noise is added.</summary>
    public double MinSigma { get; init; }

    /// <summary>Largest σ at which noise is added.</summary>
    public double MaxSigma { get; init; } = double.PositiveInfinity;

    /// <summary>Standard deviation of the noise; slightly above 1 makes up for detail that the model loses.</summary>
    public double NoiseScale { get; init; } = 1;

    /// <summary>The share by which σ is raised before a step.</summary>
    internal float Growth(float sigma, int steps) =>
        sigma >= MinSigma && sigma <= MaxSigma ? (float)Math.Min(Amount / steps, Math.Sqrt(2) - 1) : 0;
}
