using static TorchSharp.torch;

namespace MLNet.SynthAugment.Evaluation;

/// <summary>
/// Feature vectors as a matrix in double precision on the CPU, for what is computed over all pairs of rows. Pairs come
/// in blocks, so that memory grows with the number of rows and not with its square.
/// </summary>
internal sealed class FeatureMatrix : IDisposable
{
    private const int RowsAtOnce = 512;

    // Vectors that differ by less, relative to their length, than single precision can tell are the same vector.
    private const double SquaredResolution = 1e-13;

    private readonly Tensor _rows;
    private readonly Tensor _squaredLengths;

    /// <param name="features">N vectors of length D; at least one.</param>
    public FeatureMatrix(IReadOnlyList<float[]> features)
    {
        (Count, Dimension) = (features.Count, features[0].Length);
        using var mode = no_grad();
        using var scope = NewDisposeScope();
        _rows = TensorValues.Matrix(Flatten(features), Count, Dimension).DetachFromDisposeScope();
        _squaredLengths = _rows.Squared().sum(1L).DetachFromDisposeScope();
    }

    public int Count { get; }

    public int Dimension { get; }

    public void Dispose()
    {
        _rows.Dispose();
        _squaredLengths.Dispose();
    }

    /// <summary>Inner products of this matrix's rows with all M rows of another.</summary>
    /// <param name="other">The other matrix, of the same dimension.</param>
    /// <param name="use">Gets the number of the first of B rows and their products [B, M], which are freed
    /// afterwards.</param>
    public void ForEachInnerProducts(FeatureMatrix other, Action<int, Tensor> use)
    {
        using var mode = no_grad();
        for (var start = 0; start < Count; start += RowsAtOnce)
        {
            using var scope = NewDisposeScope();
            use(start, Block(_rows, start).matmul(other._rows.t()));
        }
    }

    /// <summary>
    /// Squared Euclidean distances of this matrix's rows from all M rows of another; exactly 0 for equal rows.
    /// </summary>
    /// <param name="other">The other matrix, of the same dimension.</param>
    /// <param name="use">Gets the number of the first of B rows and their squared distances [B, M], which are freed
    /// afterwards.</param>
    public void ForEachSquaredDistances(FeatureMatrix other, Action<int, Tensor> use) =>
        ForEachInnerProducts(other, (start, products) =>
    {
        var lengths = Block(_squaredLengths, start).unsqueeze(1).Plus(other._squaredLengths);
        var distances = products.mul_(Kept(-2)).add_(lengths, Kept(1));
        use(start, distances.masked_fill_(distances.le(lengths.mul_(Kept(SquaredResolution))), Kept(0)));
    });

    /// <summary>
    /// The squared distance of each row from its k-th nearest other row; [N], which the caller disposes.
    /// </summary>
    public Tensor SquaredNeighbourDistances(int k)
    {
        var result = zeros(Count, dtype: ScalarType.Float64);
        // The nearest of all is the row itself.
        ForEachSquaredDistances(this, (start, distances) =>
            Block(result, start).copy_(distances.topk(k + 1, 1, largest: false, sorted: true).values.select(1, k)));
        return result;
    }

    /// <summary>A kernel of the inner product of each row with itself.</summary>
    public double[] OnDiagonal(Func<Tensor, Tensor> kernel)
    {
        using var mode = no_grad();
        using var scope = NewDisposeScope();
        return kernel(_squaredLengths).ToArray<double>();
    }

    private static Tensor Block(Tensor tensor, int start) =>
        tensor.narrow(0, start, Math.Min(RowsAtOnce, tensor.shape[0] - start));

    private static double[] Flatten(IReadOnlyList<float[]> features)
    {
        var dimension = features[0].Length;
        var values = new double[features.Count * dimension];
        for (var row = 0; row < features.Count; row++)
        {
            for (var i = 0; i < dimension; i++)
                values[row * dimension + i] = features[row][i];
        }
        return values;
    }
}

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
