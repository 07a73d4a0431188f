using MathNet.Numerics.Distributions;

namespace MLNet.SynthAugment.Diffusion.Schedulers;

/// <summary>
/// The noise level σ = √((1−ᾱ)/ᾱ) of every training timestep: a sample x_t/√ᾱ is x₀ + σ·ε (Karras et al. 2022, table
/// 1). Kept in float32, as the other tables.
/// </summary>
internal sealed class SigmaTable
{
    // A schedule that ends in pure noise would give an infinite σ; diffusers takes the smallest float16 instead of ᾱ =
    // 0.
    private const float SmallestAlpha = 1f / (1 << 24);

    private readonly float[] _sigmas;
    private readonly float[] _logarithms;

    public SigmaTable(NoiseSchedule schedule)
    {
        _sigmas = [.. schedule.AlphasCumprod.Select(alpha => alpha == 0 ? SmallestAlpha : alpha)
            .Select(alpha => MathF.Sqrt((1 - alpha) / alpha))];
        _logarithms = [.. _sigmas.Select(sigma => MathF.Log(sigma))];
    }

    /// <summary>σ of timestep 0.</summary>
    public double Smallest => _sigmas[0];

    /// <summary>σ of the last timestep.</summary>
    public double Largest => _sigmas[^1];

    /// <summary>log σ of timestep 0 and of the last.</summary>
    public (float Smallest, float Largest) LogarithmicRange => (_logarithms[0], _logarithms[^1]);

    /// <summary>
    /// Number of timesteps with a signal-to-noise ratio λ = log(√ᾱ/√(1−ᾱ)) = −log σ of at least a bound.
    /// </summary>
    public int CountWithLogSnrAtLeast(double bound) => _logarithms.Count(logarithm => -logarithm >= bound);

    /// <summary>σ of a timestep, interpolated between whole ones.</summary>
    /// <param name="timestep">A training timestep; one past the ends gives the σ of the end.</param>
    public double At(double timestep)
    {
        if (timestep <= 0) return _sigmas[0];
        if (timestep >= _sigmas.Length - 1) return _sigmas[^1];
        var below = (int)timestep;
        return _sigmas[below] + (timestep - below) * ((double)_sigmas[below + 1] - _sigmas[below]);
    }

    /// <summary>The timestep of a σ, interpolated in log σ; σ past the ends gives the first or last timestep.</summary>
    public double ToTimestep(double sigma)
    {
        if (_sigmas.Length == 1) return 0;
        var logarithm = Math.Log(Math.Max(sigma, 1e-10));
        var below = Math.Clamp(Array.FindLastIndex(_logarithms, entry => entry <= logarithm), 0,
            _logarithms.Length - 2);
        double low = _logarithms[below], high = _logarithms[below + 1];
        var weight = Math.Clamp((low - logarithm) / (low - high), 0, 1);
        return (1 - weight) * below + weight * (below + 1);
    }
}

/// <summary>Noise levels σ of a run chosen directly, largest first, instead of by evenly spaced timesteps.</summary>
internal static class SigmaSpacings
{
    private const double KarrasRho = 7;
    private const double BetaShape = 0.6;

    /// <summary>The spacing that the configuration asks for, or null if it leaves it to the timesteps.</summary>
    public static double[]? Compute(SchedulerConfig config, double smallest, double largest, int steps) => config switch
    {
        { UseKarrasSigmas: true } => Karras(smallest, largest, steps),
        { UseExponentialSigmas: true } => Exponential(smallest, largest, steps),
        { UseBetaSigmas: true } => BetaQuantiles(smallest, largest, steps),
        _ => null,
    };

    // Karras et al. 2022, equation 5.
    private static double[] Karras(double smallest, double largest, int steps)
    {
        var (first, last) = (Math.Pow(largest, 1 / KarrasRho), Math.Pow(smallest, 1 / KarrasRho));
        return [.. Ramp(steps).Select(share => Math.Pow(first + share * (last - first), KarrasRho))];
    }

    private static double[] Exponential(double smallest, double largest, int steps)
    {
        var (first, last) = (Math.Log(largest), Math.Log(smallest));
        return [.. Ramp(steps).Select(share => Math.Exp(first + share * (last - first)))];
    }

    // Lee et al. 2024, "Beta Sampling is All You Need": quantiles of Beta(0.6, 0.6), denser at both ends.
    private static double[] BetaQuantiles(double smallest, double largest, int steps) =>
        [.. Ramp(steps).Select(share => smallest
            + Beta.InvCDF(BetaShape, BetaShape, 1 - share) * (largest - smallest))];

    private static IEnumerable<double> Ramp(int steps) =>
        Enumerable.Range(0, steps).Select(i => steps == 1 ? 0 : (double)i / (steps - 1));
}
