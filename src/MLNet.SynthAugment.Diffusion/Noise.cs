using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion;

/// <summary>
/// The only source of random tensors, as <see cref="SeededRandom"/> is of single numbers. A number is a function of
/// (run seed, class name, index, stream), so that batch size, device, sharding and restarts do not change which image a
/// row gets.
/// </summary>
public static class Noise
{
    /// <summary>Makes a CPU generator whose seed is the SHA-256 of the arguments.</summary>
    /// <param name="runSeed">The seed of the whole run.</param>
    /// <param name="className">The class, or any name that keeps one use apart from another.</param>
    /// <param name="index">Number of the image, step or the like.</param>
    /// <param name="stream">What the numbers are for.</param>
    /// <returns>A generator that the caller disposes.</returns>
    public static Generator CreateGenerator(long runSeed, string className, long index, string stream)
    {
        TorchLibrary.Load();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, runSeed);
        Append(hash, className);
        Append(hash, index);
        Append(hash, stream);
        return new Generator(BinaryPrimitives.ReadUInt64LittleEndian(hash.GetHashAndReset()), CPU);
    }

    /// <summary>Draws from the standard normal distribution.</summary>
    /// <param name="runSeed">The seed of the whole run.</param>
    /// <param name="className">The class.</param>
    /// <param name="index">Number of the image.</param>
    /// <param name="shape">Shape of the result.</param>
    /// <param name="stream">What the numbers are for.</param>
    /// <returns>A float32 tensor on the CPU.</returns>
    public static Tensor Normal(
        long runSeed, string className, long index, ReadOnlySpan<long> shape, string stream = "latents")
    {
        using var generator = CreateGenerator(runSeed, className, index, stream);
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
