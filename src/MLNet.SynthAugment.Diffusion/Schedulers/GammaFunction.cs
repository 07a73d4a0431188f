namespace MLNet.SynthAugment.Diffusion.Schedulers;

/// <summary>Euler's gamma function.</summary>
internal static class GammaFunction
{
    // Stirling's series is exact to double precision from here on.
    private const double Asymptotic = 15;

    /// <summary>ln Γ(x) for x above 0: the recurrence Γ(x+1) = x·Γ(x) up to Stirling's series (DLMF 5.11.1).</summary>
    /// <param name="x">Above 0.</param>
    public static double Logarithm(double x)
    {
        double shift = 0;
        for (; x < Asymptotic; x++) shift += Math.Log(x);
        var square = 1 / (x * x);
        var series = (1.0 / 12 - square * (
            1.0 / 360 - square * (1.0 / 1260 - square * (1.0 / 1680 - square / 1188)))) / x;
        return (x - 0.5) * Math.Log(x) - x + 0.5 * Math.Log(2 * Math.PI) + series - shift;
    }
}
