using MLNet.SynthAugment.Evaluation.Comparisons.Statistics;

namespace MLNet.SynthAugment.Evaluation.Comparisons.Results;

/// <summary>An arm with a number of shots, over the seeds.</summary>
public sealed record ArmSummary
{
    // Equal accuracies leave a rest of rounding.
    private const double Rounding = 1e-9;

    /// <summary>What was trained on.</summary>
    public required Arm Arm { get; init; }

    /// <summary>The arm in words.</summary>
    public required string Name { get; init; }

    /// <summary>Real images per class.</summary>
    public required int Shots { get; init; }

    /// <summary>The accuracy on the test images.</summary>
    public required MeanInterval Test { get; init; }

    /// <summary>The accuracy on the images that choices are made by; null where there are none.</summary>
    public MeanInterval? Validation { get; init; }

    /// <summary>
    /// The difference of test accuracies to "real only"; null for that arm, or where it was not run.
    /// </summary>
    public PairedDifference? AgainstRealOnly { get; init; }

    /// <summary>
    /// The difference to the arm that has all but the synthetic images; null where there is none.
    /// </summary>
    public PairedDifference? AgainstBaseline { get; init; }

    /// <summary>
    /// The same difference on the images that choices are made by: at most 0 says to leave synthetic images out; null
    /// where there is none.
    /// </summary>
    public PairedDifference? AgainstBaselineOnValidation { get; init; }

    /// <summary>That arm in words; null where there is none.</summary>
    public string? Baseline { get; init; }

    /// <summary>The mean test recall of each class, in their order.</summary>
    [JsonConverter(typeof(OneLineConverter<IReadOnlyList<double?>>))]
    public required IReadOnlyList<double?> Recall { get; init; }

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
        return new ArmSummary
        {
            Arm = arm,
            Name = arm.Name,
            Shots = runs[0].Shots,
            Test = MeanInterval.Of([.. accuracies.Values]),
            Validation = onValidation.Count == 0 ? null : MeanInterval.Of([.. onValidation.Values]),
            AgainstRealOnly = PairedDifference.Of(accuracies, AccuraciesOf(realOnly)),
            AgainstBaseline = PairedDifference.Of(accuracies, AccuraciesOf(baseline)),
            AgainstBaselineOnValidation = PairedDifference.Of(onValidation, ValidationAccuraciesOf(baseline)),
            Baseline = baseline.FirstOrDefault()?.Arm.Name,
            Recall = [.. Enumerable.Range(0, runs[0].Test.Recall.Count)
                .Select(i => runs.Average(run => run.Test.Recall[i]))],
        };
    }

    private static Dictionary<int, double> AccuraciesOf(IEnumerable<ArmResult> runs) =>
        runs.ToDictionary(run => run.Seed, run => run.Test.Accuracy);

    private static Dictionary<int, double> ValidationAccuraciesOf(IEnumerable<ArmResult> runs) =>
        runs.Where(run => run.Validation is not null).ToDictionary(run => run.Seed, run => run.Validation!.Accuracy);
}

/// <summary>
/// An arm that was chosen among others by its accuracy on the validation images. The test images played no part.
/// </summary>
/// <param name="Shots">Real images of each class.</param>
/// <param name="Kind">The kind of arm.</param>
/// <param name="Method">The method whose amounts it was chosen among; null where it was chosen among all
/// methods.</param>
/// <param name="Chosen">The arm.</param>
/// <param name="Among">How many arms there were.</param>
public sealed record ArmChoice(int Shots, ArmKind Kind, string? Method, Arm Chosen, int Among)
{
    /// <summary>
    /// The choices of amounts, and of methods with their amounts; none where there is nothing to choose by.
    /// </summary>
    /// <param name="summaries">The arms.</param>
    public static IReadOnlyList<ArmChoice> Of(IReadOnlyList<ArmSummary> summaries)
    {
        ArgumentNullException.ThrowIfNull(summaries);
        var choices = new List<ArmChoice>();
        foreach (var ofKind in summaries.Where(summary => summary.Arm.IsSynthetic && summary.Validation is not null)
            .GroupBy(summary => (summary.Shots, summary.Arm.Kind)))
        {
            var methods = ofKind.GroupBy(summary => summary.Arm.Method).ToList();
            choices.AddRange(methods.Select(group => Choose(ofKind.Key.Shots, ofKind.Key.Kind, group.Key, [.. group])));
            if (methods.Count > 1)
                choices.Add(Choose(ofKind.Key.Shots, ofKind.Key.Kind, null, [.. ofKind]));
        }
        return choices;
    }

    // Of equal ones the one with the fewest images.
    private static ArmChoice Choose(int shots, ArmKind kind, string? method, List<ArmSummary> arms) =>
        new(shots, kind, method,
            arms.OrderByDescending(summary => summary.Validation!.Mean).ThenBy(summary => summary.Arm.Amount)
                .First().Arm, arms.Count);
}
