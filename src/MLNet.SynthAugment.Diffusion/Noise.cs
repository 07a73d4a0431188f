namespace MLNet.SynthAugment.Diffusion;

/// <summary>
/// The only source of random tensors, as <see cref="SeededRandom"/> is of single numbers. The numbers are a
/// function of key and stream, so that batch size, device, sharding and restarts do not change which image a row gets.
/// </summary>
public static class Noise
{
    /// <summary>Makes a CPU generator whose seed is the SHA-256 of the arguments.</summary>
    /// <param name="key">Seed, scope and index.</param>
    /// <param name="stream">Keeps uses with equal keys apart, such as <c>latents</c> and <c>step 3</c>.</param>
    /// <returns>A generator that the caller disposes.</returns>
    public static Generator CreateGenerator(NoiseKey key, string stream)
    {
        TorchLibrary.Load();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, key.Seed);
        Append(hash, key.Scope);
        Append(hash, key.Index);
        Append(hash, stream);
        return new Generator(BinaryPrimitives.ReadUInt64LittleEndian(hash.GetHashAndReset()), CPU);
    }

    /// <summary>Draws from the standard normal distribution.</summary>
    /// <param name="key">Seed, scope and index.</param>
    /// <param name="shape">Shape of the result.</param>
    /// <param name="stream">Keeps uses with equal keys apart.</param>
    /// <returns>A float32 tensor on the CPU.</returns>
    public static Tensor Normal(NoiseKey key, ReadOnlySpan<long> shape, string stream = "latents")
    {
        using var generator = CreateGenerator(key, stream);
        return randn(shape, dtype: ScalarType.Float32, device: CPU, generator: generator);
    }

    private static void Append(IncrementalHash hash, long number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
        hash.AppendData(bytes);
    }

    // The length goes first, so that ("ab", "c") and ("a", "bc") differ.
    private static void Append(IncrementalHash hash, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Append(hash, bytes.LongLength);
        hash.AppendData(bytes);
    }
}

/// <summary>
/// Names the random numbers of one image, step or choice: equal keys give equal numbers, on every machine and after
/// every restart. A plain number is the key of that seed: <c>new ImageRequest("a photo of a cat", 42)</c>.
/// </summary>
/// <param name="Seed">The seed of the run.</param>
/// <param name="Scope">What the numbers are for, such as the name of a class.</param>
/// <param name="Index">The number of the image, step or the like within the scope.</param>
public readonly record struct NoiseKey(long Seed, string Scope = "", long Index = 0)
{
    /// <summary>The key of a seed, with no scope and index 0.</summary>
    /// <param name="seed">The seed of the run.</param>
    public static implicit operator NoiseKey(long seed) => new(seed);
}
