using MLNet.SynthAugment.Evaluation;

namespace MLNet.SynthAugment.Tests.Evaluation;

/// <summary>KID and CMMD, which differ in the kernel.</summary>
public class MeanDiscrepancyTests
{
    [Theory]
    [InlineData(3, 3, 1)]
    [InlineData(17, 40, 8)]
    [InlineData(520, 3, 30)]
    public void The_estimates_are_those_of_the_definitions(int real, int synthetic, int dimension)
    {
        var (x, y) = (Samples.Normal(real, dimension, seed: 1),
            Samples.Normal(synthetic, dimension, seed: 2, shift: 0.4));
        var expected = Estimate(x, y, (a, b) => Math.Pow(Samples.Dot(a, b) / dimension + 1, 3));
        Assert.Equal(expected, KernelDistance.Compute(x, y).Value, 1e-9 * Math.Abs(expected));
        expected = 1000 * Estimate(
            [.. x.Select(Unit)], [.. y.Select(Unit)],
            (a, b) => Math.Exp(-Math.Pow(Samples.Distance(a, b), 2) / (2 * 10 * 10)));
        Assert.Equal(expected, ClipDiscrepancy.Compute(x, y).Value, 1e-5);
    }

    [Fact]
    public void The_standard_error_is_that_of_leaving_out_rows_one_by_one()
    {
        var (x, y) = (Samples.Normal(7, 4, seed: 3), Samples.Normal(9, 4, seed: 4, shift: 1));
        double Variance(double[] estimates) =>
            (estimates.Length - 1.0) / estimates.Length * estimates.Sum(
                value => Math.Pow(value - estimates.Average(), 2));
        var withoutX = x.Select(row => KernelDistance.Compute([.. x.Where(other => other != row)], y).Value).ToArray();
        var withoutY = y.Select(row => KernelDistance.Compute(x, [.. y.Where(other => other != row)]).Value).ToArray();
        Assert.Equal(Math.Sqrt(Variance(withoutX) + Variance(withoutY)), KernelDistance.Compute(x, y).StandardError,
            1e-9);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Two_halves_of_one_set_are_at_distance_0_within_the_error(bool clip)
    {
        var estimates = Enumerable.Range(0, 60).Select(seed =>
        {
            var rows = Samples.Shuffle(Samples.Normal(100, 16, seed: 5), seed);
            return clip ? ClipDiscrepancy.Compute(rows[..50], rows[50..]) : KernelDistance.Compute(
                rows[..50], rows[50..]);
        }).ToList();
        // Of 60 splits a few may be outside two errors, and the mean is at 0: the estimate has no bias.
        Assert.InRange(estimates.Count(estimate => Math.Abs(estimate.Value) > 2 * estimate.StandardError), 0, 6);
        Assert.InRange(Math.Abs(estimates.Average(estimate => estimate.Value)), 0,
            estimates.Average(estimate => estimate.StandardError) / 3);
    }

    [Fact]
    public void The_standard_error_is_the_spread_of_the_estimate_where_sets_differ()
    {
        var estimates = Enumerable.Range(0, 200)
            .Select(seed => KernelDistance.Compute(
                Samples.Normal(60, 8, seed), Samples.Normal(60, 8, seed + 1000, shift: 0.6))).ToList();
        var mean = estimates.Average(estimate => estimate.Value);
        var spread = Math.Sqrt(estimates.Sum(estimate => Math.Pow(estimate.Value - mean, 2)) / (estimates.Count - 1));
        Assert.InRange(estimates.Average(estimate => estimate.StandardError) / spread, 0.85, 1.2);
        Assert.True(estimates.All(estimate => estimate.Value > 0));
    }

    [Fact]
    public void The_expectation_does_not_depend_on_the_number_of_rows()
    {
        double Mean(int count) =>
            Enumerable.Range(0, 300)
                .Average(seed => KernelDistance.Compute(
                    Samples.Normal(count, 4, seed), Samples.Normal(count, 4, seed + 5000, shift: 0.5)).Value);
        Assert.Equal(Mean(100), Mean(5), 0.25 * Mean(100));
    }

    [Fact]
    public void Larger_shifts_are_larger_distances()
    {
        var x = Samples.Normal(200, 8, seed: 6);
        var kid = new[] { 0, 0.3, 0.6, 1 }.Select(
            shift => KernelDistance.Compute(x, Samples.Normal(200, 8, seed: 7, shift))).ToList();
        var cmmd = new[] { 0, 0.3, 0.6, 1 }.Select(
            shift => ClipDiscrepancy.Compute(x, Samples.Normal(200, 8, seed: 7, shift))).ToList();
        foreach (var found in new[] { kid, cmmd })
        {
            Assert.Equal(found.Select(estimate => estimate.Value).Order(), found.Select(estimate => estimate.Value));
            Assert.True(found[1].Value > 3 * found[1].StandardError);
        }
    }

    [Fact]
    public void Equal_rows_are_at_distance_0_and_what_cannot_be_measured_is_a_sentence()
    {
        var equal = Enumerable.Repeat(new float[] { 1, 2 }, 5).ToArray();
        var zeros = Enumerable.Repeat(new float[] { 0, 0 }, 5).ToArray();
        Assert.Equal(new MmdEstimate(0, 0), Rounded(KernelDistance.Compute(equal, equal)));
        Assert.Equal(new MmdEstimate(0, 0), Rounded(ClipDiscrepancy.Compute(equal, equal)));
        Assert.Contains("row 0 of the synthetic set is all zeros",
            Assert.ThrowsAny<ArgumentException>(() => ClipDiscrepancy.Compute(equal, zeros)).Message);
        Assert.Contains("KID needs at least 3 rows",
            Assert.ThrowsAny<ArgumentException>(() => KernelDistance.Compute(equal[..2], equal)).Message);
        Assert.Contains("CMMD needs at least 3 rows",
            Assert.ThrowsAny<ArgumentException>(() => ClipDiscrepancy.Compute(equal, equal[..1])).Message);
    }

    private static MmdEstimate Rounded(MmdEstimate estimate) =>
        new(Math.Abs(Math.Round(estimate.Value, 9)), Math.Round(estimate.StandardError, 9));

    private static float[] Unit(float[] vector) =>
        [.. vector.Select(value => (float)(value / Math.Sqrt(Samples.Dot(vector, vector))))];

    private static double Estimate(float[][] x, float[][] y, Func<float[], float[], double> kernel)
    {
        double Within(float[][] rows) =>
            rows.Sum(a => rows.Where(b => b != a).Sum(b => kernel(a, b))) / (rows.Length * (rows.Length - 1.0));
        return Within(x) + Within(y) - 2 * x.Average(a => y.Average(b => kernel(a, b)));
    }
}
