using MLNet.SynthAugment.Evaluation;

namespace MLNet.SynthAugment.Tests.Evaluation;

public class PrdcTests
{
    [LongFact]
    public void Ten_thousand_standard_normals_in_a_thousand_dimensions_give_the_known_values()
    {
        var found = Prdc.Compute(Samples.Normal(10_000, 1000, seed: 1), Samples.Normal(10_000, 1000, seed: 2));
        Assert.Equal(0.4772, found.Precision, 0.03);
        Assert.Equal(0.4705, found.Recall, 0.03);
        Assert.Equal(1.0555, found.Density, 0.06);
        Assert.Equal(0.9735, found.Coverage, 0.006);
    }

    [Theory]
    [InlineData(1500, 1500, 5)]
    [InlineData(1500, 800, 3)]
    public void Samples_of_one_distribution_have_the_density_and_coverage_of_theory(int real, int synthetic, int k)
    {
        var found = Prdc.Compute(Samples.Normal(real, 8, seed: 3), Samples.Normal(synthetic, 8, seed: 4), k);
        // Naeem et al. 2020, section 3: a ball misses all synthetic rows if the k rows nearest to its centre, of all
        // rows but it, are real ones.
        var missed = Enumerable.Range(1, k)
            .Aggregate(1.0, (product, i) => product * (real - i) / (synthetic + real - i));
        Assert.Equal(1 - missed, found.Coverage, 0.02);
        Assert.Equal(1, found.Density, 0.1);
    }

    [Theory]
    [InlineData(70, 45, 6, 5, 0.3)]
    [InlineData(12, 600, 3, 1, 0)]
    [InlineData(600, 9, 200, 4, 0.1)]
    public void Blocks_give_what_the_definitions_give(int real, int synthetic, int dimension, int k, double shift)
    {
        var (x, y) = (Samples.Normal(real, dimension, seed: 5), Samples.Normal(synthetic, dimension, seed: 6, shift));
        var (reachOfX, reachOfY) = (Reaches(x, k), Reaches(y, k));
        var found = Prdc.Compute(x, y, k);
        Assert.Equal(y.Average(row => x.Zip(reachOfX).Any(ball => Samples.Distance(row, ball.First) <= ball.Second)
            ? 1.0 : 0), found.Precision, 1e-12);
        Assert.Equal(x.Average(row => y.Zip(reachOfY).Any(ball => Samples.Distance(row, ball.First) <= ball.Second)
            ? 1.0 : 0), found.Recall, 1e-12);
        Assert.Equal(y.Average(row =>
            x.Zip(reachOfX).Count(ball => Samples.Distance(row, ball.First) <= ball.Second)) / k, found.Density, 1e-12);
        Assert.Equal(x.Zip(reachOfX)
            .Average(ball => y.Any(row => Samples.Distance(row, ball.First) <= ball.Second) ? 1.0 : 0), found.Coverage,
                1e-12);
    }

    [Fact]
    public void A_set_covers_itself_and_its_rows_on_the_surface_of_balls_count()
    {
        // Far from the origin, where rounding is largest beside the distances.
        var rows = Samples.Normal(700, 30, seed: 7, shift: 1000);
        Assert.Equal(new Prdc(1, 1, 6 / 5.0, 1), Prdc.Compute(rows, Samples.Shuffle(rows, seed: 8)));
    }

    [Fact]
    public void Sets_that_are_far_apart_have_nothing_in_common() =>
        Assert.Equal(new Prdc(0, 0, 0, 0),
            Prdc.Compute(Samples.Normal(20, 4, seed: 9), Samples.Normal(20, 4, seed: 10, shift: 100)));

    [Fact]
    public void Equal_rows_are_in_each_other_s_balls_of_radius_0()
    {
        var equal = Enumerable.Repeat(new[] { 0.1f, 0.7f, 0.3f }, 10).ToArray();
        Assert.Equal(new Prdc(1, 1, 10 / 5.0, 1), Prdc.Compute(equal, equal));
        Assert.Equal(new Prdc(0, 0, 0, 0),
            Prdc.Compute(equal, Enumerable.Repeat(new[] { 0.1f, 0.7f, 0.31f }, 10).ToArray()));
    }

    [Fact]
    public void The_order_of_rows_changes_nothing()
    {
        var (x, y) = (Samples.Normal(90, 5, seed: 11), Samples.Normal(80, 5, seed: 12, shift: 0.5));
        // Copies make ties.
        y = [.. y, .. x[..10], .. x[..10]];
        for (var seed = 0; seed < 20; seed++)
            Assert.Equal(Prdc.Compute(x, y), Prdc.Compute(Samples.Shuffle(x, seed), Samples.Shuffle(y, seed + 100)));
    }

    [Fact]
    public void Too_few_rows_are_an_error_that_says_how_many_are_needed()
    {
        var error = Assert.ThrowsAny<ArgumentException>(
            () => Prdc.Compute(Samples.Normal(9, 2, seed: 1), Samples.Normal(5, 2, seed: 1)));
        Assert.Equal("Precision, recall, density and coverage with k = 5 needs at least 6 rows in each set; there "
            + "are 9 real and 5 synthetic ones.", error.Message);
    }

    private static double[] Reaches(float[][] rows, int k) =>
        [.. rows.Select((row, i) =>
            rows.Where((_, j) => j != i).Select(other => Samples.Distance(row, other)).Order()
                .ElementAt(k - 1) * (1 + 1e-9))];
}
