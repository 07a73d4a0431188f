using MLNet.SynthAugment.Evaluation.Comparisons;
using MLNet.SynthAugment.Evaluation.Comparisons.Results;

namespace MLNet.SynthAugment.Evaluation.Reports.Html;

/// <summary>How the arms that a report is about were found.</summary>
internal enum FocusReason
{
    /// <summary>By the images to choose by.</summary>
    Chosen,

    /// <summary>There is a single one.</summary>
    OnlyOne,

    /// <summary>There was nothing to choose by: all are shown.</summary>
    NothingToChooseBy,

    /// <summary>No arm with synthetic images was run.</summary>
    Missing,
}

/// <summary>
/// The arms with synthetic images that a report is about, at a number of shots. They are never found by the test
/// images.
/// </summary>
/// <param name="Shots">Real images of each class.</param>
/// <param name="Kind">Their kind: with real images and classic augmentation if it was run.</param>
/// <param name="Arms">One arm, or all of the kind where nothing was chosen.</param>
/// <param name="Reason">Why these.</param>
/// <param name="Among">How many arms of the kind there are.</param>
internal sealed record ArmFocus(int Shots, ArmKind Kind, IReadOnlyList<ArmSummary> Arms, FocusReason Reason, int Among)
{
    // From what a user wants to know to what is better than nothing.
    private static readonly ArmKind[] s_kinds =
        [ArmKind.RealClassicSynthetic, ArmKind.RealSynthetic, ArmKind.SyntheticOnly];

    /// <summary>What the arms are compared with: the same without synthetic images.</summary>
    public ArmKind? Baseline => new Arm(Kind).Baseline;

    /// <summary>The arms of a number of shots.</summary>
    public static ArmFocus Of(ComparisonReport report, int shots)
    {
        foreach (var kind in s_kinds)
        {
            var arms = report.Summaries.Where(summary => summary.Shots == shots && summary.Arm.Kind == kind).ToList();
            if (arms.Count == 0)
                continue;
            if (arms.Count == 1)
                return new ArmFocus(shots, kind, arms, FocusReason.OnlyOne, 1);
            return Chosen(report, shots, kind) is { } chosen
                ? new ArmFocus(shots, kind, [chosen], FocusReason.Chosen, arms.Count)
                : new ArmFocus(shots, kind, arms, FocusReason.NothingToChooseBy, arms.Count);
        }
        return new ArmFocus(shots, s_kinds[0], [], FocusReason.Missing, 0);
    }

    // Among all methods where there are several: such a choice names none.
    private static ArmSummary? Chosen(ComparisonReport report, int shots, ArmKind kind)
    {
        var choices = report.Choices.Where(choice => choice.Shots == shots && choice.Kind == kind).ToList();
        var choice = choices.FirstOrDefault(choice => choice.Method is null)
            ?? (choices.Count == 1 ? choices[0] : null);
        return choice is null ? null : report.Find(choice.Chosen, shots);
    }
}
