using static TorchSharp.torch;

namespace MLNet.SynthAugment.Tests.Evaluation;

/// <summary>Feature vectors drawn at random, the same in every run.</summary>
internal static class Samples
{
    /// <summary>Standard normals, shifted in every dimension.</summary>
    public static float[][] Normal(int count, int dimension, int seed, double shift = 0)
    {
        using var scope = NewDisposeScope();
        var generator = new Generator((ulong)seed, CPU);
        return [.. (randn(count, dimension, generator: generator) + shift).data<float>().ToArray().Chunk(dimension)];
    }

    /// <summary>The same rows in another order.</summary>
    public static T[] Shuffle<T>(IEnumerable<T> rows, int seed)
    {
        var shuffled = rows.ToArray();
        new Random(seed).Shuffle(shuffled);
        return shuffled;
    }

    public static double Dot(float[] a, float[] b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++)
            sum += (double)a[i] * b[i];
        return sum;
    }

    public static double Distance(float[] a, float[] b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++)
            sum += ((double)a[i] - b[i]) * ((double)a[i] - b[i]);
        return Math.Sqrt(sum);
    }
}
