using MathNet.Numerics.LinearAlgebra;

namespace Microsoft.ML.Trainers;

/// <summary>
/// lossScale·Σ wᵢ·(−log softmax(W·xᵢ + b)[yᵢ]) + L2/2·‖W‖² + L1·Σ|W|, and its gradient, over parameters (W row by row, then b).
/// |w| is smoothed to √(w² + ε²) − ε, so that L-BFGS, which needs a gradient everywhere, can use it.
/// </summary>
internal sealed class MaximumEntropyObjective(TrainingData data, double lossScale, double l1, double l2, bool regularizeBias)
{
    private const double Smoothing = 1e-4;
    private const int RowsAPart = 256;

    /// <summary>Whether negative weights count as 0 (only the positive part of each parameter is used).</summary>
    public bool NonNegative { get; init; }

    public int ClassCount => data.ClassCount;

    public int FeatureCount => data.FeatureCount;

    public int ParameterCount => ClassCount * (FeatureCount + 1);

    // Parts are summed in their order, so that the result does not depend on which thread was first.
    public (double Value, Vector<double> Gradient) Evaluate(Vector<double> parameters)
    {
        var weights = Weights(parameters);
        var parts = new (double Loss, float[] Gradient)[(data.RowCount + RowsAPart - 1) / RowsAPart];
        Parallel.For(0, parts.Length, part => parts[part] = EvaluatePart(weights, part));

        var gradient = new double[ParameterCount];
        var value = 0.0;
        foreach (var (loss, partGradient) in parts)
        {
            value += lossScale * loss;
            for (var i = 0; i < gradient.Length; i++)
                gradient[i] += lossScale * partGradient[i];
        }

        value += Regularize(weights, gradient);
        if (NonNegative)
        {
            for (var i = 0; i < ClassCount * FeatureCount; i++)
                gradient[i] = parameters[i] < 0 ? Math.Min(0, gradient[i]) : gradient[i];
        }

        return (value, Vector<double>.Build.Dense(gradient));
    }

    public float[] Weights(Vector<double> parameters)
    {
        var weights = new float[ParameterCount];
        for (var i = 0; i < weights.Length; i++)
            weights[i] = NonNegative && i < ClassCount * FeatureCount ? (float)Math.Max(0, parameters[i]) : (float)parameters[i];
        return weights;
    }

    private double Regularize(float[] weights, double[] gradient)
    {
        var value = 0.0;
        for (var i = 0; i < (regularizeBias ? ParameterCount : ClassCount * FeatureCount); i++)
        {
            var w = (double)weights[i];
            var smoothed = Math.Sqrt(w * w + Smoothing * Smoothing);
            value += 0.5 * l2 * w * w + l1 * (smoothed - Smoothing);
            gradient[i] += l2 * w + l1 * w / smoothed;
        }

        return value;
    }

    private (double Loss, float[] Gradient) EvaluatePart(float[] weights, int part)
    {
        var gradient = new float[ParameterCount];
        var loss = 0.0;
        Span<float> probabilities = new float[ClassCount];
        for (var row = part * RowsAPart; row < Math.Min(data.RowCount, (part + 1) * RowsAPart); row++)
        {
            var example = data[row];
            LinearScores.Compute(weights, FeatureCount, example.Features, probabilities);
            LinearScores.Softmax(probabilities);
            loss -= example.Weight * Math.Log(Math.Max(probabilities[example.Label], float.Epsilon));
            probabilities[example.Label] -= 1;
            for (var c = 0; c < ClassCount; c++)
            {
                var slope = example.Weight * probabilities[c];
                AddScaled(example.Features, slope, gradient.AsSpan(c * FeatureCount, FeatureCount));
                gradient[ClassCount * FeatureCount + c] += slope;
            }
        }

        return (loss, gradient);
    }

    private static void AddScaled(ReadOnlySpan<float> x, float factor, Span<float> sum)
    {
        var i = 0;
        for (; i <= x.Length - System.Numerics.Vector<float>.Count; i += System.Numerics.Vector<float>.Count)
            (new System.Numerics.Vector<float>(sum[i..]) + factor * new System.Numerics.Vector<float>(x[i..])).CopyTo(sum[i..]);
        for (; i < x.Length; i++)
            sum[i] += factor * x[i];
    }
}
