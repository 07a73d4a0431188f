using MathNet.Numerics.Distributions;

namespace MLNet.SynthAugment.Diffusion.Schedulers;

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
