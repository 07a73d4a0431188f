namespace MLNet.SynthAugment.Diffusion.Autoencoders;

/// <summary>The autoencoder's posterior: independent normal distributions (Kingma and Welling 2014).</summary>
public sealed class DiagonalGaussianDistribution
{
    // The bounds keep the exponential finite.
    private const double LowestLogVariance = -30;
    private const double HighestLogVariance = 20;

    private readonly bool _isPoint;

    internal DiagonalGaussianDistribution(Tensor moments)
    {
        Moments = moments;
        var halves = moments.chunk(2, 1);
        Mean = halves[0];
        LogVariance = halves[1].clamp(Kept(LowestLogVariance), Kept(HighestLogVariance));
    }

    private DiagonalGaussianDistribution(Tensor mean, Tensor logVariance)
    {
        _isPoint = true;
        (Moments, Mean, LogVariance) = (cat([mean, logVariance], 1), mean, logVariance);
    }

    /// <summary>A distribution without spread: every sample is the mean.</summary>
    internal static DiagonalGaussianDistribution Point(Tensor mean) =>
        new(mean, full_like(mean, Kept(LowestLogVariance)));

    /// <summary>Mean and unclamped log-variance on the channel axis, [B, 2C, H, W].</summary>
    public Tensor Moments { get; }

    /// <summary>The mean, [B, C, H, W].</summary>
    public Tensor Mean { get; }

    /// <summary>The natural logarithm of the variance, [B, C, H, W], between −30 and 20.</summary>
    public Tensor LogVariance { get; }

    /// <summary>The standard deviation, [B, C, H, W].</summary>
    public Tensor StandardDeviation => _isPoint ? zeros_like(Mean) : (Kept(0.5) * LogVariance).exp();

    /// <summary>Mean + standard deviation · noise.</summary>
    /// <param name="noise">Standard normal numbers, [B, C, H, W]; moved to the distribution's device and type.</param>
    public Tensor Sample(Tensor noise) => Mean.Plus(StandardDeviation * noise.to(Mean));

    /// <summary>Kullback-Leibler divergence from the standard normal distribution, summed over a row: [B].</summary>
    public Tensor KullbackLeibler() =>
        Kept(0.5) * (Mean.Squared().Plus(LogVariance.exp()) - Kept(1) - LogVariance).sum([1, 2, 3]);
}
