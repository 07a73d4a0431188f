using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Double;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Evaluation;

/// <summary>
/// The Fréchet distance between two sets of feature vectors taken for Gaussians, FID (Heusel et al. 2017, equation 6):
/// ‖μ₁ − μ₂‖² + tr(Σ₁ + Σ₂ − 2(Σ₁Σ₂)^½). From 0 up, smaller is better; its unit is that of the squared features. It
/// depends on the number of rows (more rows, smaller values), so compare only values of equally large sets.
/// </summary>
/// <remarks>
/// tr(Σ₁Σ₂)^½ is computed as the sum of the singular values of F₁F₂ᵀ, where FᵀF = Σ: with F = Σ^½ these are the roots
/// of the eigenvalues of Σ₁^½Σ₂Σ₁^½. No root of a matrix that is not symmetric is taken, and no eigenvalue is squared
/// and rooted again, so the result is neither NaN nor negative where Σ is singular. With fewer rows than dimensions F
/// is the rows' deviations from their mean, a matrix as small as the sample.
/// </remarks>
public static class FrechetDistance
{
    /// <summary>FID as one of <see cref="EvaluationOptions.Metrics"/>.</summary>
    public static ISyntheticImageMetric Metric { get; } = new FidMetric();

    extension(SyntheticImageMetrics metrics)
    {
        /// <summary>See <see cref="FrechetDistance"/>: smaller is better.</summary>
        public double? Fid => metrics.Find<double?>("Fid");
    }

    /// <summary>The distance between two samples.</summary>
    /// <param name="real">Vectors of length D, at least 2.</param>
    /// <param name="synthetic">Vectors of length D, at least 2.</param>
    /// <exception cref="ArgumentException">A set has fewer than 2 vectors, the lengths differ, or a value is not
    /// finite.</exception>
    public static double Compute(IReadOnlyList<float[]> real, IReadOnlyList<float[]> synthetic)
    {
        FeatureChecks.RequirePair(real, synthetic);
        FeatureChecks.RequireRows("FID", 2, real.Count, synthetic.Count);
        return Compute(GaussianMoments.Of(real), GaussianMoments.Of(synthetic));
    }

    /// <summary>The distance between two Gaussians.</summary>
    /// <exception cref="ArgumentException">Their dimensions differ.</exception>
    public static double Compute(GaussianMoments first, GaussianMoments second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        if (first.Mean.Count != second.Mean.Count)
            throw new ArgumentException($"The Gaussians have {first.Mean.Count} and {second.Mean.Count} dimensions.");
        var means = first.Mean.Zip(second.Mean, (a, b) => (a - b) * (a - b)).Sum();
        var overlap = first.Factor.TransposeAndMultiply(second.Factor).Svd(computeVectors: false).S.Sum();
        // Below 0 by rounding alone.
        return Math.Max(0, means + first.Trace + second.Trace - 2 * overlap);
    }

    private sealed class FidMetric : ISyntheticImageMetric
    {
        public string Name => "Fid";

        public IReadOnlyList<MetricNumber> Numbers { get; } =
            [new("FID", MetricDirection.Less, "The Fréchet distance of the two sets' features taken for Gaussians.")];

        public object Measure(MetricInput input) => Compute(input.Real.Features, input.Synthetic.Features);
    }
}

/// <summary>
/// Mean and covariance of a set of feature vectors: the Gaussian that <see cref="FrechetDistance"/> takes it for.
/// </summary>
public sealed class GaussianMoments
{
    // Rounding makes eigenvalues that are 0 a little negative; more than this, relative to the largest, is no rounding.
    private const double NegativeEigenvalue = 1e-8;

    private GaussianMoments(double[] mean, Matrix<double> factor, double trace) =>
        (Mean, Factor, Trace) = (mean, factor, trace);

    /// <summary>A Gaussian by its moments.</summary>
    /// <param name="mean">[D].</param>
    /// <param name="covariance">[D, D], symmetric and without negative eigenvalues.</param>
    /// <exception cref="ArgumentException">The shapes do not fit together, a value is not finite, or the matrix is no
    /// covariance.</exception>
    public GaussianMoments(double[] mean, double[,] covariance)
    {
        ArgumentNullException.ThrowIfNull(mean);
        ArgumentNullException.ThrowIfNull(covariance);
        if (mean.Length == 0 || covariance.GetLength(0) != mean.Length || covariance.GetLength(1) != mean.Length)
            throw new ArgumentException(
                $"A covariance of {covariance.GetLength(0)} × {covariance.GetLength(1)} does not belong to a mean of "
                    + $"{mean.Length} values.");
        var matrix = DenseMatrix.OfArray(covariance);
        if (!mean.All(double.IsFinite) || !matrix.Values.All(double.IsFinite))
            throw new ArgumentException("The moments hold a value that is no finite number.");
        if ((matrix - matrix.Transpose()).InfinityNorm() > NegativeEigenvalue * matrix.InfinityNorm())
            throw new ArgumentException("A covariance is a symmetric matrix.", nameof(covariance));
        (Mean, Factor, Trace) = (mean, SquareRoot(matrix), matrix.Trace());
    }

    /// <summary>The mean, [D].</summary>
    public IReadOnlyList<double> Mean { get; }

    /// <summary>A matrix F [R, D] with FᵀF = covariance.</summary>
    internal Matrix<double> Factor { get; }

    /// <summary>The sum of the variances.</summary>
    internal double Trace { get; }

    /// <summary>The moments of a sample; the covariance has N − 1 for its denominator.</summary>
    /// <param name="features">N vectors of length D, N at least 2; N may be smaller than D.</param>
    /// <exception cref="ArgumentException">There are fewer than 2 vectors, they differ in length, or a value is not
    /// finite.</exception>
    public static GaussianMoments Of(IReadOnlyList<float[]> features)
    {
        FeatureChecks.Require(features, "The set");
        var (count, dimension) = (features.Count, features[0].Length);
        if (count < 2)
            throw new UnmeasurableException("A covariance needs at least 2 rows.");
        var mean = UnitVectors.Sum(features).Select(sum => sum / count).ToArray();
        var deviations = DenseMatrix.Create(
            count, dimension, (row, i) => (features[row][i] - mean[i]) / Math.Sqrt(count - 1));
        var trace = deviations.Values.Sum(value => value * value);
        // Of fewer vectors than dimensions the deviations themselves are a factor, without the rounding of a square
        // root.
        return new GaussianMoments(mean, count <= dimension ? deviations : SquareRoot(Gram(deviations)), trace);
    }

    // The symmetric root by eigenvectors: V √λ Vᵀ.
    private static Matrix<double> SquareRoot(Matrix<double> covariance)
    {
        var decomposition = covariance.Evd(Symmetricity.Symmetric);
        var eigenvalues = decomposition.EigenValues.Map(value => value.Real);
        if (eigenvalues.Minimum() < -NegativeEigenvalue * eigenvalues.AbsoluteMaximum())
            throw new ArgumentException(
                $"A covariance has no negative eigenvalues; this matrix has {eigenvalues.Minimum()}.");
        var roots = DenseMatrix.OfDiagonalVector(eigenvalues.Map(value => Math.Sqrt(Math.Max(0, value))));
        return decomposition.EigenVectors * roots * decomposition.EigenVectors.Transpose();
    }

    // By torch, which is many times faster on thousands of rows.
    private static DenseMatrix Gram(DenseMatrix deviations)
    {
        using var mode = no_grad();
        using var scope = NewDisposeScope();
        // MathNet keeps columns one after the other: torch sees the transpose.
        var transposed = TensorValues.Matrix(deviations.Values, deviations.ColumnCount, deviations.RowCount);
        return new DenseMatrix(deviations.ColumnCount, deviations.ColumnCount,
            transposed.matmul(transposed.t()).ToArray<double>());
    }
}
