using MLNet.SynthAugment.Evaluation.Comparisons.Results;
using MLNet.SynthAugment.Evaluation.Comparisons.Statistics;

namespace MLNet.SynthAugment.Tests.Evaluation.Comparisons;

public sealed class StatisticsTests
{
    [Fact]
    public void An_interval_is_Students_t_times_the_standard_error()
    {
        var interval = MeanInterval.Of([0.70, 0.72, 0.74]);
        Assert.Equal(0.72, interval.Mean, 12);
        // s = 0.02, t(0.975, 2) = 4.30265.
        Assert.Equal(4.302653 * 0.02 / Math.Sqrt(3), interval.HalfWidth!.Value, 7);
        Assert.Equal(3, interval.Count);
    }

    [Fact]
    public void A_single_value_has_no_interval_and_none_is_an_error()
    {
        Assert.Equal(new MeanInterval(0.5, null, 1), MeanInterval.Of([0.5]));
        Assert.Throws<ArgumentException>(() => MeanInterval.Of([]));
    }

    [Fact]
    public void Differences_have_the_interval_and_the_p_value_of_the_paired_t_test()
    {
        var difference = PairedDifference.Of(Seeds(11, 22, 33, 44), Seeds(10, 20, 30, 40))!;
        // Of 1, 2, 3, 4: s = 1.2910, standard error 0.64550, t(0.975, 3) = 3.18245.
        Assert.Equal(2.5, difference.Mean, 12);
        Assert.Equal(3.182446 * 0.6454972, difference.HalfWidth!.Value, 5);
        // With 3 degrees of freedom P(|T| < t) = 2/π·(θ + sin θ·cos θ), tan θ = t/√3, t = 3.87298.
        var angle = Math.Atan(2.5 / 0.6454972 / Math.Sqrt(3));
        Assert.Equal(1 - 2 / Math.PI * (angle + Math.Sin(angle) * Math.Cos(angle)), difference.PValue!.Value, 6);
        Assert.Equal(0.0305, difference.PValue.Value, 4);
        Assert.True(difference.ExcludesZero);
    }

    [Fact]
    public void Arms_are_paired_by_seed_whatever_their_order_and_unpaired_seeds_are_left_out()
    {
        var values = new Dictionary<int, double> { [3] = 0.53, [1] = 0.21, [2] = 0.82, [4] = 0.9 };
        var baseline = new Dictionary<int, double> { [2] = 0.80, [1] = 0.20, [3] = 0.50 };
        var difference = PairedDifference.Of(values, baseline)!;
        Assert.Equal(3, difference.Count);
        Assert.Equal(0.02, difference.Mean, 12);
        // Seeds differ by 0.6, their differences by 0.02: unpaired, the interval would be 20 times as wide.
        Assert.Equal(4.302653 * 0.01 / Math.Sqrt(3), difference.HalfWidth!.Value, 6);
        Assert.Null(PairedDifference.Of(values, new Dictionary<int, double> { [9] = 1 }));
    }

    [Fact]
    public void No_difference_at_all_has_p_1_and_one_seed_has_none()
    {
        Assert.Equal(new PairedDifference(0, 0, 1, 2), PairedDifference.Of(Seeds(0.5, 0.25), Seeds(0.5, 0.25)));
        Assert.Equal(new PairedDifference(0.25, null, null, 1), PairedDifference.Of(Seeds(0.5), Seeds(0.25)));
    }

    [Fact]
    public void Scores_count_right_ones_by_class_and_confusions()
    {
        var scores = ClassificationScores.Of([0, 0, 0, 1], [0, 0, 1, 2], 3);
        Assert.Equal(0.5, scores.Accuracy);
        Assert.Equal([2 / 3.0, 0, null], scores.Recall);
        Assert.Equal([[2, 1, 0], [0, 0, 1], [0, 0, 0]], scores.Confusion.Select(row => row.ToArray()).ToArray());
        Assert.Throws<InvalidOperationException>(() => ClassificationScores.Of([0, 1], [0], 2));
        Assert.Throws<InvalidOperationException>(() => ClassificationScores.Of([0], [2], 2));
    }

    private static Dictionary<int, double> Seeds(params double[] values) =>
        values.Select((value, i) => (value, i)).ToDictionary(pair => pair.i + 1, pair => pair.value);
}
