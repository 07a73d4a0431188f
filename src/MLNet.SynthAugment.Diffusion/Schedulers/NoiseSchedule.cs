namespace MLNet.SynthAugment.Diffusion.Schedulers;

/// <summary>
/// The tables β and ᾱ of the forward process x_t = √ᾱ_t·x₀ + √(1−ᾱ_t)·ε (Ho et al. 2020, equation 4), one entry a
/// training timestep. They are kept in float32, as the published models were trained with.
/// </summary>
public sealed class NoiseSchedule
{
    private const double MaxCosineBeta = 0.999;

    /// <summary>Computes the tables of a configuration.</summary>
    /// <exception cref="InvalidDataException">A value of the configuration is out of range.</exception>
    public NoiseSchedule(SchedulerConfig config)
    {
        config.Validate();
        var betas = config.TrainedBetas?.ToArray() ?? (config.BetaSchedule switch
        {
            BetaSchedule.Linear => Linspace(config.BetaStart, config.BetaEnd, config.NumTrainTimesteps),
            BetaSchedule.ScaledLinear => ScaledLinear(config.BetaStart, config.BetaEnd, config.NumTrainTimesteps),
            _ => SquaredCosine(config.NumTrainTimesteps),
        });
        Betas = config.RescaleBetasZeroSnr ? RescaleZeroTerminalSnr(betas) : betas;
        AlphasCumprod = CumulativeAlphas(Betas);
    }

    /// <summary>β_t of each training timestep.</summary>
    public IReadOnlyList<float> Betas { get; }

    /// <summary>ᾱ_t = ∏(1−β) up to and including timestep t.</summary>
    public IReadOnlyList<float> AlphasCumprod { get; }

    private static float[] Linspace(double first, double last, int count) =>
        [.. Enumerable.Range(0, count)
            .Select(i => (float)(count == 1 ? first : first + (last - first) * i / (count - 1)))];

    private static float[] ScaledLinear(double first, double last, int count) =>
        [.. Linspace(Math.Sqrt(first), Math.Sqrt(last), count).Select(root => root * root)];

    // Nichol and Dhariwal 2021, equation 17, with s = 0.008.
    private static float[] SquaredCosine(int count)
    {
        double AlphaBar(double time) => Math.Pow(Math.Cos((time + 0.008) / 1.008 * Math.PI / 2), 2);
        return [.. Enumerable.Range(0, count).Select(i =>
            (float)Math.Min(1 - AlphaBar((i + 1.0) / count) / AlphaBar((double)i / count), MaxCosineBeta))];
    }

    // Lin et al. 2024, algorithm 1: shift √ᾱ so that its last value is 0, then scale so that its first is unchanged.
    private static float[] RescaleZeroTerminalSnr(float[] betas)
    {
        var roots = CumulativeAlphas(betas).Select(alpha => MathF.Sqrt(alpha)).ToArray();
        float first = roots[0], last = roots[^1];
        if (first == last)
            throw new InvalidDataException("rescale_betas_zero_snr needs at least two training timesteps.");
        var alphasCumprod = roots.Select(root => (root - last) * (first / (first - last))).Select(root => root * root)
            .ToArray();
        return [.. alphasCumprod.Select((alpha, t) => 1 - (t == 0 ? alpha : alpha / alphasCumprod[t - 1]))];
    }

    private static float[] CumulativeAlphas(IReadOnlyList<float> betas)
    {
        double product = 1;
        return [.. betas.Select(beta => (float)(product *= 1f - beta))];
    }
}
