namespace MLNet.SynthAugment.Evaluation;

/// <summary>Vectors of length 1, as directions are compared by cosine.</summary>
internal static class UnitVectors
{
    /// <summary>The vector at length 1; a vector of zeros stays as it is.</summary>
    public static float[] Normalize(float[] vector) => Normalize(vector.Select(value => (double)value).ToArray());

    /// <summary>The vectors at length 1.</summary>
    public static float[][] Normalize(IReadOnlyList<float[]> vectors) => [.. vectors.Select(Normalize)];

    /// <inheritdoc cref="Normalize(float[])"/>
    public static float[] Normalize(double[] vector)
    {
        var length = Math.Sqrt(vector.Sum(value => value * value));
        return [.. vector.Select(value => (float)(length == 0 ? 0 : value / length))];
    }

    /// <summary>The sum of vectors of one length, at least one.</summary>
    public static double[] Sum(IReadOnlyList<float[]> vectors)
    {
        var sum = new double[vectors[0].Length];
        foreach (var vector in vectors)
        {
            for (var i = 0; i < sum.Length; i++)
                sum[i] += vector[i];
        }
        return sum;
    }
}
