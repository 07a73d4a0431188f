using System.Text.Json.Serialization;
using MLNet.SynthAugment.Evaluation.Comparisons.Statistics;

namespace MLNet.SynthAugment.Evaluation.Comparisons.Results;

/// <summary>An arm with a number of shots, over the seeds.</summary>
/// <param name="Arm">What was trained on.</param>
/// <param name="Name">The arm in words.</param>
/// <param name="Shots">Real images of each class.</param>
/// <param name="Test">The accuracy on the test images.</param>
/// <param name="Validation">The accuracy on the images that choices are made by; null where there are none.</param>
/// <param name="AgainstRealOnly">The difference of test accuracies to "real only"; null for that arm, or where it was
/// not run.</param>
/// <param name="AgainstBaseline">The difference to the arm that has all but the synthetic images; null where there is
/// none.</param>
/// <param name="AgainstBaselineOnValidation">The same difference on the images that choices are made by: at most 0 says
/// to leave synthetic images out; null where there is none.</param>
/// <param name="Baseline">That arm in words.</param>
/// <param name="Recall">The mean test recall of each class, in their order.</param>
public sealed record ArmSummary(
    Arm Arm, string Name, int Shots, MeanInterval Test, MeanInterval? Validation, PairedDifference? AgainstRealOnly,
    PairedDifference? AgainstBaseline,
    PairedDifference? AgainstBaselineOnValidation, string? Baseline,
        [property: JsonConverter(typeof(OneLineConverter<IReadOnlyList<double?>>))] IReadOnlyList<double?> Recall)
{
    // Equal accuracies leave a rest of rounding.
    private const double Rounding = 1e-9;

    /// <summary>
    /// Whether the images that choices are made by speak for the synthetic images; null where they cannot tell.
    /// </summary>
    [JsonIgnore]
    public bool? HelpsOnValidation => AgainstBaselineOnValidation is { } difference ? difference.Mean > Rounding : null;

    /// <summary>Summaries of all arms, by shots and in the order of the runs.</summary>
    /// <param name="runs">The runs.</param>
    public static IReadOnlyList<ArmSummary> Of(IReadOnlyList<ArmResult> runs)
    {
        ArgumentNullException.ThrowIfNull(runs);
        return [.. runs.GroupBy(run => run.Shots)
            .SelectMany(ofShots => ofShots.GroupBy(run => run.Arm)
                .Select(ofArm => Create(ofArm.Key, [.. ofArm], [.. ofShots])))];
    }

    private static ArmSummary Create(Arm arm, List<ArmResult> runs, List<ArmResult> ofShots)
    {
        var (accuracies, onValidation) = (AccuraciesOf(runs), ValidationAccuraciesOf(runs));
        var baseline = arm.Baseline is { } kind ? ofShots.Where(run => run.Arm.Kind == kind).ToList() : [];
        var realOnly = arm.Kind == ArmKind.RealOnly ? [] : ofShots.Where(run => run.Arm.Kind == ArmKind.RealOnly);
        return new ArmSummary(arm, arm.Name, runs[0].Shots, MeanInterval.Of([.. accuracies.Values]),
            onValidation.Count == 0 ? null : MeanInterval.Of([.. onValidation.Values]),
            PairedDifference.Of(accuracies, AccuraciesOf(realOnly)),
                PairedDifference.Of(accuracies, AccuraciesOf(baseline)),
            PairedDifference.Of(onValidation, ValidationAccuraciesOf(baseline)), baseline.FirstOrDefault()?.Arm.Name,
            [.. Enumerable.Range(0, runs[0].Test.Recall.Count).Select(i => runs.Average(run => run.Test.Recall[i]))]);
    }

    private static Dictionary<int, double> AccuraciesOf(IEnumerable<ArmResult> runs) =>
        runs.ToDictionary(run => run.Seed, run => run.Test.Accuracy);

    private static Dictionary<int, double> ValidationAccuraciesOf(IEnumerable<ArmResult> runs) =>
        runs.Where(run => run.Validation is not null).ToDictionary(run => run.Seed, run => run.Validation!.Accuracy);
}
