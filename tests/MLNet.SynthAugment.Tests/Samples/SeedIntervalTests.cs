using FewShotAccuracy.Statistics;

namespace MLNet.SynthAugment.Tests.Samples;

public sealed class SeedIntervalTests
{
    // Quantiles of Student's t from printed tables: t(0.975, 2) = 4.3027, t(0.975, 4) = 2.7764.
    [Theory]
    [InlineData(new[] { 1.0, 2, 3 }, 2, 4.30265 * 0.5773503)]
    [InlineData(new[] { 2.0, 4, 4, 4, 6 }, 4, 2.776445 * 0.6324555)]
    [InlineData(new[] { 0.5, 0.5, 0.5 }, 0.5, 0)]
    public void Interval_is_mean_and_t_times_standard_error(double[] values, double mean, double halfWidth)
    {
        var interval = SeedInterval.Of(values);
        Assert.Equal(mean, interval.Mean, 1e-12);
        Assert.Equal(halfWidth, interval.HalfWidth, 1e-4);
    }

    [Fact]
    public void One_value_has_no_interval()
    {
        Assert.True(double.IsNaN(SeedInterval.Of([0.7]).HalfWidth));
        Assert.Throws<ArgumentException>(() => SeedInterval.Of([]));
    }

    [Fact]
    public void Differences_are_paired()
    {
        // The arms vary much from seed to seed, their difference little: only pairing sees that.
        var interval = SeedInterval.OfDifferences([0.31, 0.52, 0.71], [0.30, 0.50, 0.70]);
        Assert.Equal(0.04 / 3, interval.Mean, 1e-12);
        Assert.Equal(4.30265 * 0.0057735 / Math.Sqrt(3), interval.HalfWidth, 1e-5);
    }
}
