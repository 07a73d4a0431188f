namespace MLNet.SynthAugment.Diffusion;

/// <summary>
/// Pseudo-random numbers for choices, and for drawing and augmenting images, on the managed side: the SplitMix64
/// generator (Steele, Lea, Flood 2014). Its state comes from SHA-256 of what the numbers are for, so a step, an image
/// or a writer always gets the same ones, on every machine and after every restart.
/// </summary>
public sealed class SeededRandom
{
    private ulong _state;

    private SeededRandom(ulong state) => _state = state;

    /// <summary>A generator that depends on nothing but its two arguments.</summary>
    /// <param name="key">Seed, scope and index.</param>
    /// <param name="stream">Keeps uses with equal keys apart.</param>
    public static SeededRandom Create(NoiseKey key, string stream)
    {
        ArgumentNullException.ThrowIfNull(key.Scope);
        ArgumentNullException.ThrowIfNull(stream);
        // A scope may hold any character, so its length is hashed too: ("ab", "c") differs from ("a", "bc").
        var text = Encoding.UTF8.GetBytes($"{key.Seed}|{key.Index}|{key.Scope.Length}|{key.Scope}|{stream}");
        return new SeededRandom(BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(text)));
    }

    /// <summary>A number uniform in [0, 1).</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>A number uniform in [<paramref name="low"/>, <paramref name="high"/>).</summary>
    public float Uniform(float low, float high) => (float)(low + ((high - low) * NextDouble()));

    /// <summary>An integer uniform in 0 … <paramref name="count"/> − 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is not positive.</exception>
    public int Next(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        return (int)(NextDouble() * count);
    }

    /// <summary>True with probability <paramref name="probability"/>.</summary>
    public bool Chance(double probability) => NextDouble() < probability;

    /// <summary>A number from the normal distribution with mean 0 and variance 1 (Box and Muller 1958).</summary>
    public float Normal() =>
        (float)(Math.Sqrt(-2 * Math.Log(1 - NextDouble())) * Math.Cos(2 * Math.PI * NextDouble()));

    /// <summary>
    /// A number from the symmetric beta distribution Beta(α, α), 0 to 1: the share of one of two gamma variates in
    /// their sum. MixUp draws its weights from it (Zhang et al. 2018).
    /// </summary>
    /// <param name="alpha">α, above 0: below 1 mostly near 0 or 1, above 1 mostly near ½.</param>
    internal double Beta(double alpha)
    {
        var (first, second) = (Gamma(alpha), Gamma(alpha));
        // For tiny α both may underflow; the limit is a fair coin.
        return first + second > 0 ? first / (first + second) : Next(2);
    }

    // Marsaglia and Tsang 2000: the cube of a shifted normal, accepted nearly always.
    private double Gamma(double shape)
    {
        if (shape < 1)
            return Gamma(shape + 1) * Math.Pow(1 - NextDouble(), 1 / shape);
        var d = shape - 1.0 / 3;
        var c = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            double normal = Normal();
            var v = Math.Pow(1 + c * normal, 3);
            if (v > 0 && Math.Log(1 - NextDouble()) < normal * normal / 2 + d * (1 - v + Math.Log(v)))
                return d * v;
        }
    }

    private ulong NextUInt64()
    {
        _state += 0x9E3779B97F4A7C15UL;
        var z = _state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }
}
