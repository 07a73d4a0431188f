namespace MLNet.SynthAugment.Diffusion.Schedulers;

/// <summary>The Beta(a, b) distribution on 0 to 1.</summary>
internal static class BetaDistribution
{
    private const int Bisections = 100;
    private const int MaxTerms = 500;

    /// <summary>The x below which a share p of the distribution lies.</summary>
    /// <param name="p">0 to 1.</param>
    /// <param name="a">First shape, above 0.</param>
    /// <param name="b">Second shape, above 0.</param>
    public static double Quantile(double p, double a, double b)
    {
        if (p <= 0) return 0;
        if (p >= 1) return 1;
        var (low, high) = (0.0, 1.0);
        for (var i = 0; i < Bisections; i++)
        {
            var middle = (low + high) / 2;
            if (Cumulative(middle, a, b) < p) low = middle;
            else high = middle;
        }
        return (low + high) / 2;
    }

    /// <summary>The share below x: the regularised incomplete beta function (DLMF 8.17.22).</summary>
    /// <param name="x">0 to 1.</param>
    /// <param name="a">First shape, above 0.</param>
    /// <param name="b">Second shape, above 0.</param>
    public static double Cumulative(double x, double a, double b)
    {
        if (x <= 0) return 0;
        if (x >= 1) return 1;
        // The fraction converges fast only below the mean; above it, the mirrored distribution is used.
        if (x > (a + 1) / (a + b + 2)) return 1 - Cumulative(1 - x, b, a);
        var front = Math.Exp(a * Math.Log(x) + b * Math.Log(1 - x)
            + GammaFunction.Logarithm(a + b) - GammaFunction.Logarithm(a) - GammaFunction.Logarithm(b)) / a;
        return front / ContinuedFraction(x, a, b);
    }

    // 1 + d₁/(1 + d₂/(1 + …)), evaluated by Lentz's method.
    private static double ContinuedFraction(double x, double a, double b)
    {
        double value = 1, numerator = 1, denominator = 0;
        for (var n = 1; n <= MaxTerms; n++)
        {
            var m = n / 2;
            var coefficient = n % 2 == 0
                ? m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
                : -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
            denominator = 1 / (1 + coefficient * denominator);
            numerator = 1 + coefficient / numerator;
            var factor = numerator * denominator;
            value *= factor;
            if (Math.Abs(factor - 1) < 1e-15) break;
        }
        return value;
    }
}
