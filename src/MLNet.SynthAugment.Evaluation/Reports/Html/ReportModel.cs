using MLNet.SynthAugment.Evaluation.Comparisons;
using MLNet.SynthAugment.Evaluation.Comparisons.Results;

namespace MLNet.SynthAugment.Evaluation.Reports.Html;

/// <summary>What the sections of the page have in common: the results, and what a reader wants to know first.</summary>
internal sealed class ReportModel
{
    /// <summary>Looks through the results.</summary>
    /// <param name="report">The results.</param>
    /// <param name="options">Pictures and limits.</param>
    public ReportModel(ComparisonReport report, HtmlReportOptions options)
    {
        (Report, Options) = (report, options);
        Shots = [.. report.Summaries.Select(summary => summary.Shots).Distinct().Order()];
        Focuses = [.. Shots.Select(shots => ArmFocus.Of(report, shots))];
        SeedCount = report.Runs.Select(run => run.Seed).Distinct().Count();
    }

    public ComparisonReport Report { get; }

    public HtmlReportOptions Options { get; }

    /// <summary>The numbers of shots, rising.</summary>
    public IReadOnlyList<int> Shots { get; }

    /// <summary>The arms that the page is about, for each number of shots.</summary>
    public IReadOnlyList<ArmFocus> Focuses { get; }

    /// <summary>How many seeds were run.</summary>
    public int SeedCount { get; }

    /// <summary>The charts that sections have added.</summary>
    public ChartData Charts { get; } = new();

    /// <summary>The image set's name, without its folder.</summary>
    public string SetName =>
        Path.GetFileName(Path.TrimEndingDirectorySeparator(Report.Settings.Images.Replace('\\', '/')));

    /// <summary>What choices were made by, in words.</summary>
    public string ChosenBy => ChosenByOf(Report);

    /// <inheritdoc cref="ChosenBy"/>
    public static string ChosenByOf(ComparisonReport report) => report.ValidationImages > 0
        ? $"the {Numbers.Count(report.ValidationImages, "image", "images")} of the val split"
        : "the training images that are no shots";
}

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
/// The arms with synthetic images that a report is about, at a number of shots. They are never chosen by the test
/// images.
/// </summary>
/// <param name="Shots">Real images per class.</param>
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
