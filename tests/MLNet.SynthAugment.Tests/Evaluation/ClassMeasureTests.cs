using MLNet.SynthAugment.Evaluation;

namespace MLNet.SynthAugment.Tests.Evaluation;

/// <summary>Measures that look at classes: correctness, CLIP score, near copies, diversity.</summary>
public class ClassMeasureTests
{
    private static readonly LabelledFeatures s_real = new([[0, 0], [4, 0], [0, 10], [0, 13]], ["a", "a", "b", "b"]);

    [Fact]
    public void Rows_are_right_where_no_other_class_is_more_similar()
    {
        var directions = new Dictionary<string, float[]> { ["a"] = [5, 0], ["b"] = [0, 1], ["same as b"] = [0, 3] };
        var rows = new LabelledFeatures(
            [[2, 1], [1, 2], [0.1f, 9], [1, 9], [0, 1]], ["a", "a", "b", "same as b", null]);
        var found = ClassCorrectness.Compute(rows, directions);
        Assert.Equal(3 / 4.0, found.Share);
        Assert.Equal(new Dictionary<string, double> { ["a"] = 0.5, ["b"] = 1, ["same as b"] = 1 }, found.ByClass);
        Assert.Equal(0, ClassCorrectness.Compute(new LabelledFeatures([[1, 0]], ["unknown"]), directions).Share);
        Assert.Contains("No row has a label",
            Message(() => ClassCorrectness.Compute(new LabelledFeatures([[1, 0]]), directions)));
        Assert.Contains("3 features a row",
            Message(() => ClassCorrectness.Compute(new LabelledFeatures([[1, 0, 0]], ["a"]), directions)));
        Assert.Contains("The set of class directions has no rows",
            Message(() => ClassCorrectness.Compute(rows, new Dictionary<string, float[]>())));
    }

    [Fact]
    public void Mean_directions_are_those_of_rows_at_length_1_and_a_row_left_out_has_no_part_in_its_mean()
    {
        var rows = new LabelledFeatures([[100, 0], [0, 1], [1, 0], [0, 5], [3, 3]], ["a", "a", "b", "b", null]);
        var means = ClassCorrectness.MeanDirections(rows);
        Assert.All(means.Values, mean => Assert.All(mean, value => Assert.Equal(Math.Sqrt(0.5), value, 1e-6)));
        Assert.Equal(1, ClassCorrectness.Compute(rows, means).Share);
        // Without itself each row's class is the direction at a right angle, and the other class is nearer.
        Assert.Equal(0, ClassCorrectness.LeaveOneOut(rows).Share);
        Assert.Equal(1, ClassCorrectness.LeaveOneOut(
            new LabelledFeatures([[1, 0], [2, 0.1f], [0, 1], [0.1f, 2]], ["a", "a", "b", "b"])).Share);
        Assert.Contains("Without labels", Message(() => ClassCorrectness.LeaveOneOut(new LabelledFeatures([[1, 0]]))));
    }

    [Fact]
    public void The_CLIP_score_is_a_hundredfold_cosine_and_never_negative()
    {
        Assert.Equal((100 + 100 * Math.Sqrt(0.5) + 0) / 3,
            ClipScore.Compute([[2, 0], [1, 1], [-1, 0]], [[1, 0], [3, 0], [1, 0]]), 1e-4);
        var texts = new Dictionary<string, float[]> { ["a"] = [1, 0], ["b"] = [0, 1] };
        Assert.Equal(50, ClipScore.Compute(new LabelledFeatures([[1, 0], [1, 0], [9, 9]], ["a", "b", null]), texts),
            1e-4);
        Assert.Contains("no text for class 'c'",
            Message(() => ClipScore.Compute(new LabelledFeatures([[1, 0]], ["c"]), texts)));
        Assert.Contains("No image has a label",
            Message(() => ClipScore.Compute(new LabelledFeatures([[1, 0]]), texts)));
        Assert.Contains("each image needs one", Message(() => ClipScore.Compute([[1, 0]], [[1, 0], [1, 0]])));
    }

    [Fact]
    public void Near_copies_are_nearer_to_a_real_row_of_their_class_than_real_rows_are_to_each_other()
    {
        // Class a: real rows at distance 4. Class b: at 3. Distances of the synthetic rows: 3.9, 4.1, 0 and 3.
        var synthetic = new LabelledFeatures(
            [[0, 3.9f], [0, -4.1f], [0, 10], [0, 16], [7, 7], [0, 0]],
            ["a", "a", "b", "b", "not in the real set", null]);
        var found = NearCopyRate.Compute(s_real, synthetic);
        Assert.Equal(0.5, found.Rate);
        Assert.Equal(4, found.Compared);
        Assert.Equal((3 + 3.9) / 2, found.MedianDistance, 1e-6);
        Assert.Equal((3 + 4) / 2.0, found.MedianRealDistance, 1e-6);
        Assert.Equal(1, NearCopyRate.Compute(s_real, s_real).Rate);
    }

    [Fact]
    public void Equal_real_rows_do_not_count_as_two()
    {
        var doubled = new LabelledFeatures(
            [.. s_real.Features, .. s_real.Features], [.. s_real.Labels!, .. s_real.Labels!]);
        var synthetic = new LabelledFeatures([[0, 3.9f], [0, 4.1f]], ["a", "a"]);
        Assert.Equal(0.5, NearCopyRate.Compute(doubled, synthetic).Rate);
        var equal = new LabelledFeatures([[1, 1], [1, 1], [1, 1]], ["a", "a", "a"]);
        Assert.Contains("at least two different real rows", Message(() => NearCopyRate.Compute(equal, equal)));
    }

    [Fact]
    public void Diversity_is_the_mean_distance_within_classes_averaged_over_classes()
    {
        Assert.Equal((4 + 3) / 2.0, IntraClassDiversity.Compute(s_real), 1e-9);
        Assert.Equal((4 + 5 + 3) / 3.0, IntraClassDiversity.Compute(new LabelledFeatures([[0, 0], [4, 0], [0, 3]])),
            1e-9);
        Assert.Equal(0, IntraClassDiversity.Compute(new LabelledFeatures([[1, 7], [1, 7]])));
        Assert.Contains("a class with at least two rows",
            Message(() => IntraClassDiversity.Compute(new LabelledFeatures([[1, 7], [1, 7]], ["a", "b"]))));
    }

    [Fact]
    public void Labels_must_be_as_many_as_rows() =>
        Assert.Contains("1 labels for 2", Message(() => new LabelledFeatures([[1], [2]], ["a"])));

    private static string Message(Action action) => Assert.ThrowsAny<ArgumentException>(action).Message;
}
