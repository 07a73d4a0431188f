using MathNet.Numerics.LinearAlgebra.Double;
using MLNet.SynthAugment.Evaluation;

namespace MLNet.SynthAugment.Tests.Evaluation;

public class FrechetDistanceTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100)]
    public void Gaussians_with_a_common_basis_have_the_distance_of_the_closed_form(int dimension)
    {
        var random = new Random(dimension);
        double[] Draw(double scale) => [.. Enumerable.Range(0, dimension).Select(_ => scale * random.NextDouble())];
        var (means, variances) = ((First: Draw(3), Second: Draw(3)), (First: Draw(2), Second: Draw(5)));
        // A rotation of both changes nothing.
        var rotation = DenseMatrix.Create(dimension, dimension, (_, _) => random.NextDouble() - 0.5).QR().Q;
        GaussianMoments Rotate(double[] mean, double[] variance) =>
            new((rotation * DenseVector.OfArray(mean)).ToArray(),
                (rotation * DenseMatrix.OfDiagonalArray(variance) * rotation.Transpose()).ToArray());
        var expected = means.First.Zip(means.Second, (a, b) => (a - b) * (a - b)).Sum()
            + variances.First.Zip(variances.Second, (a, b) => Math.Pow(Math.Sqrt(a) - Math.Sqrt(b), 2)).Sum();
        Assert.Equal(expected, FrechetDistance.Compute(
            Rotate(means.First, variances.First), Rotate(means.Second, variances.Second)), 1e-9 * expected);
    }

    [Fact]
    public void Gaussians_without_a_common_basis_have_the_distance_of_the_closed_form_in_two_dimensions()
    {
        var (a, b) = (DenseMatrix.OfArray(new[,] { { 2, 0.9 }, { 0.9, 1 } }),
            DenseMatrix.OfArray(new[,] { { 0.5, -0.3 }, { -0.3, 3 } }));
        // A 2 × 2 matrix M has tr √M = √(tr M + 2 √det M).
        var product = a * b;
        var expected = 1 + 4 + a.Trace()
            + b.Trace() - 2 * Math.Sqrt(product.Trace() + 2 * Math.Sqrt(product.Determinant()));
        Assert.Equal(expected, FrechetDistance.Compute(
            new GaussianMoments([0, 1], a.ToArray()), new GaussianMoments([1, 3], b.ToArray())), 1e-12);
    }

    [Fact]
    public void Large_samples_come_near_the_closed_form()
    {
        var (x, y) = (Samples.Normal(40_000, 4, seed: 1), Samples.Normal(40_000, 4, seed: 2));
        foreach (var row in y)
        {
            for (var i = 0; i < row.Length; i++)
                row[i] = row[i] * (1 + i) + i;
        }
        // Σ (mean difference)² + (standard deviation difference)².
        Assert.Equal(2 * (0 + 1 + 4 + 9), FrechetDistance.Compute(x, y), 0.6);
    }

    [Theory]
    [InlineData(2, 2, 64)]
    [InlineData(5, 9, 64)]
    [InlineData(5, 200, 64)]
    [InlineData(63, 65, 64)]
    [InlineData(300, 200, 64)]
    public void Samples_have_the_distance_of_their_moments_also_where_they_have_fewer_rows_than_dimensions(
        int real, int synthetic, int dimension)
    {
        var (x, y) = (Samples.Normal(real, dimension, seed: 3),
            Samples.Normal(synthetic, dimension, seed: 4, shift: 0.2));
        var expected = FrechetDistance.Compute(Moments(x), Moments(y));
        Assert.True(expected > 0);
        Assert.Equal(expected, FrechetDistance.Compute(x, y), 1e-5 * expected);
    }

    [Theory]
    [InlineData(2, 16)]
    [InlineData(10, 300)]
    [InlineData(300, 10)]
    [InlineData(16, 16)]
    public void A_set_is_at_distance_0_from_itself_in_any_order(int count, int dimension)
    {
        var rows = Samples.Normal(count, dimension, seed: 5);
        Assert.Equal(0, FrechetDistance.Compute(rows, Samples.Shuffle(rows, seed: 6)), 1e-6 * dimension);
    }

    [Fact]
    public void Degenerate_sets_have_finite_distances()
    {
        float[][] equal = [[1, 2, 3], [1, 2, 3], [1, 2, 3], [1, 2, 3], [1, 2, 3]];
        float[][] onALine = [[0, 0, 1], [0, 0, 2], [0, 0, 3], [0, 0, 4], [0, 0, 5]];
        Assert.Equal(0, FrechetDistance.Compute(equal, equal));
        // The means' distance and the one variance.
        Assert.Equal(1 + 4 + 0 + 2.5, FrechetDistance.Compute(equal, onALine), 1e-9);
        Assert.Equal(0, FrechetDistance.Compute(onALine, onALine), 1e-9);
    }

    [Fact]
    public void What_is_no_sample_and_no_covariance_is_an_error()
    {
        float[][] two = [[1, 2], [3, 5]];
        Assert.Contains("FID needs at least 2 rows in each set; there are 2 real and 1 synthetic ones.",
            Message(() => FrechetDistance.Compute(two, [[1, 2]])));
        Assert.Contains("The synthetic set has no rows", Message(() => FrechetDistance.Compute(two, [])));
        Assert.Contains("The synthetic set has the feature NaN in row 1 (position 0)",
            Message(() => FrechetDistance.Compute(two, [[1, 2], [float.NaN, 3]])));
        Assert.Contains("The real set has 3 features in row 1, but 2 in row 0",
            Message(() => FrechetDistance.Compute([[1, 2], [1, 2, 3]], two)));
        Assert.Contains("The real set has 2 features a row and the synthetic set has 1",
            Message(() => FrechetDistance.Compute(two, [[1], [2]])));
        Assert.Contains("symmetric", Message(() => new GaussianMoments([0, 0], new double[,] { { 1, 1 }, { 0, 1 } })));
        Assert.Contains("no negative eigenvalues",
            Message(() => new GaussianMoments([0, 0], new double[,] { { 1, 2 }, { 2, 1 } })));
        Assert.Contains("2 × 2", Message(() => new GaussianMoments([0], new double[,] { { 1, 0 }, { 0, 1 } })));
    }

    private static string Message(Action action) => Assert.ThrowsAny<ArgumentException>(action).Message;

    private static GaussianMoments Moments(float[][] rows)
    {
        var matrix = DenseMatrix.OfRows(rows.Select(row => row.Select(value => (double)value)));
        var mean = matrix.ColumnSums() / rows.Length;
        var deviations = DenseMatrix.Create(rows.Length, rows[0].Length, (i, j) => matrix[i, j] - mean[j]);
        return new GaussianMoments(
            mean.ToArray(), (deviations.TransposeThisAndMultiply(deviations) / (rows.Length - 1)).ToArray());
    }
}
