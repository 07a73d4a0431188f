using System.Numerics;

namespace Microsoft.ML.Trainers;

/// <summary>Scores of a linear model: one weight vector a class, row by row, then the biases.</summary>
internal static class LinearScores
{
    public static void Compute(ReadOnlySpan<float> weights, int featureCount, ReadOnlySpan<float> features, Span<float> scores)
    {
        for (var c = 0; c < scores.Length; c++)
            scores[c] = Dot(weights.Slice(c * featureCount, featureCount), features) + weights[scores.Length * featureCount + c];
    }

    public static void Softmax(Span<float> scores)
    {
        var maximum = float.NegativeInfinity;
        foreach (var score in scores)
            maximum = Math.Max(maximum, score);
        var sum = 0f;
        foreach (ref var score in scores)
            sum += score = MathF.Exp(score - maximum);
        foreach (ref var score in scores)
            score /= sum;
    }

    private static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var sums = Vector<float>.Zero;
        var i = 0;
        for (; i <= a.Length - Vector<float>.Count; i += Vector<float>.Count)
            sums += new Vector<float>(a[i..]) * new Vector<float>(b[i..]);
        var sum = Vector.Sum(sums);
        for (; i < a.Length; i++)
            sum += a[i] * b[i];
        return sum;
    }
}
