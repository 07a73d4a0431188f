using MLNet.SynthAugment.Diffusion;

namespace MLNet.SynthAugment.Methods;

/// <summary>What is drawn from random numbers.</summary>
internal static class RandomDraws
{
    /// <summary>One of the things, each as likely.</summary>
    public static T Of<T>(this SeededRandom random, IReadOnlyList<T> things) => things[random.Next(things.Count)];

    /// <summary>
    /// A number of the symmetric distribution Beta(α, α), 0 to 1, from which MixUp draws its weights (Zhang et al.
    /// 2018): the share of one of two gamma variates in their sum.
    /// </summary>
    /// <param name="random">Where the numbers come from.</param>
    /// <param name="alpha">α, above 0: below 1 mostly near 0 or 1, above 1 mostly near ½.</param>
    public static double Beta(this SeededRandom random, double alpha)
    {
        var (first, second) = (Gamma(random, alpha), Gamma(random, alpha));
        // For tiny α both may underflow; the limit is a fair coin.
        return first + second > 0 ? first / (first + second) : random.Next(2);
    }

    // Marsaglia and Tsang 2000: the cube of a shifted normal, accepted nearly always.
    private static double Gamma(SeededRandom random, double shape)
    {
        if (shape < 1)
            return Gamma(random, shape + 1) * Math.Pow(1 - random.NextDouble(), 1 / shape);
        var d = shape - 1.0 / 3;
        var c = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            double normal = random.Normal();
            var v = Math.Pow(1 + c * normal, 3);
            if (v > 0 && Math.Log(1 - random.NextDouble()) < normal * normal / 2 + d * (1 - v + Math.Log(v)))
                return d * v;
        }
    }
}
