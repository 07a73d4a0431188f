using MLNet.SynthAugment.Evaluation.Comparisons;
using MLNet.SynthAugment.Evaluation.Comparisons.Results;
using MLNet.SynthAugment.Evaluation.Comparisons.Statistics;

namespace MLNet.SynthAugment.Evaluation.Reports.Html;

/// <summary>The first thing in a report: what synthetic images add, a card for each number of shots.</summary>
internal static class HeadlineSection
{
    public static Markup Render(ReportModel model)
    {
        var headlines = model.Focuses.Select(focus => Headline.Of(model.Report, focus)).ToList();
        return headlines.Count == 0
            ? Markup.Note("The comparison has no results.")
            : Markup.Of($"""
                <section id="result">
                <h2>What synthetic images add</h2>
                <p class="lead">{Headline.Summarize(headlines)}</p>
                <div class="cards">
                {Markup.Join(headlines.Select(Card))}
                </div>
                </section>
                """);
    }

    private static Markup Card(Headline headline)
    {
        var figure = headline.Figure is null
            ? Markup.Empty : Markup.Of($"""<p class="figure">{headline.Figure} <small>points</small></p>""");
        var sentences = headline.Sentences.Select(sentence => Markup.Of($"<p>{Unbroken(sentence)}</p>"));
        var candidates = headline.Candidates.Select(sentence => Markup.Of($"<li>{Unbroken(sentence)}</li>")).ToList();
        return Markup.Of($"""
            <article class="card {headline.Verdict.ToString().ToLowerInvariant()}">
            <h3>{Numbers.Count(headline.Shots, "shot", "shots")} per class
            <span class="verdict">{headline.Word}</span></h3>
            {figure}
            {Markup.Join(sentences)}
            {(candidates.Count == 0 ? Markup.Empty : Markup.Of($"<ul>{Markup.Join(candidates)}</ul>"))}
            </article>
            """);
    }

    // A number and its sign belong on one line.
    private static string Unbroken(string sentence) => sentence.Replace(" %", "\u00a0%", StringComparison.Ordinal);
}

/// <summary>What a difference shows.</summary>
internal enum Verdict
{
    /// <summary>The interval is above 0.</summary>
    Gain,

    /// <summary>The interval is below 0.</summary>
    Harm,

    /// <summary>The interval includes 0.</summary>
    NotShown,

    /// <summary>A single seed has no interval.</summary>
    OneSeed,

    /// <summary>There is no such difference.</summary>
    Unknown,
}

/// <summary>What synthetic images add at a number of shots, in sentences that are true whatever came out.</summary>
/// <param name="Shots">Real images of each class.</param>
/// <param name="Verdict">What it shows.</param>
/// <param name="Figure">The difference in points; null without one.</param>
/// <param name="Sentences">The sentences, the most important first.</param>
/// <param name="Candidates">A sentence for each arm where none was chosen.</param>
internal sealed record Headline(
    int Shots, Verdict Verdict, string? Figure, IReadOnlyList<string> Sentences, IReadOnlyList<string> Candidates)
{
    /// <summary>The verdict in words.</summary>
    public string Word => Verdict switch
    {
        Verdict.Gain => "Gain",
        Verdict.Harm => "Harm",
        Verdict.NotShown => "No difference shown",
        Verdict.OneSeed => "One seed: nothing shown yet",
        _ => Candidates.Count > 0 ? "Nothing chosen" : "Not known",
    };

    /// <summary>The headline of a number of shots.</summary>
    public static Headline Of(ComparisonReport report, ArmFocus focus)
    {
        if (focus.Reason == FocusReason.Missing)
            return new Headline(focus.Shots, Verdict.Unknown, null,
                [$"With {InShots(focus.Shots)} no arm with synthetic images was run, so nothing can be said of them."],
                    []);
        var without = focus.Kind == ArmKind.RealClassicSynthetic
            ? []
            : new[] { "No arm with real images, classic augmentation and synthetic images was run; this is the arm "
                + (focus.Kind == ArmKind.RealSynthetic
                    ? "with real and synthetic images." : "with synthetic images only.") };
        if (focus.Reason == FocusReason.NothingToChooseBy)
        {
            return new Headline(focus.Shots, Verdict.Unknown, null,
                [$"With {InShots(focus.Shots)} there were no images to choose an amount or method by, and the test "
                    + "images must not choose: nothing is chosen, and every one is given.", .. without],
                [.. focus.Arms.Select(arm => $"{arm.Arm}: {MainSentence(report, focus, arm)}")]);
        }
        var chosen = focus.Arms[0];
        var main = MainDifference(focus, chosen);
        return new Headline(focus.Shots, VerdictOf(main), main is null ? null : Numbers.Difference(main),
            [MainSentence(report, focus, chosen), .. RealOnlySentence(focus, chosen), ChoiceSentence(report, focus),
                .. ValidationSentence(report, chosen), .. without], []);
    }

    /// <summary>All numbers of shots in one sentence.</summary>
    public static string Summarize(IReadOnlyList<Headline> headlines)
    {
        if (headlines.Count == 1)
            return $"{Capital(headlines[0].Word)} at {InShots(headlines[0].Shots)}.";
        var parts = headlines.GroupBy(headline => headline.Word)
            .Select(group => $"{char.ToLowerInvariant(group.Key[0])}{group.Key[1..]} at "
                + string.Join(", ", group.Select(headline => headline.Shots)));
        return $"By shots per class: {string.Join("; ", parts)}.";
    }

    private static Verdict VerdictOf(PairedDifference? difference) => difference switch
    {
        null => Verdict.Unknown,
        { HalfWidth: null } => Verdict.OneSeed,
        { ExcludesZero: false } => Verdict.NotShown,
        { Mean: > 0 } => Verdict.Gain,
        _ => Verdict.Harm,
    };

    // Synthetic images only have no baseline of their own.
    private static PairedDifference? MainDifference(ArmFocus focus, ArmSummary arm) => focus.Baseline is null
        ? arm.AgainstRealOnly : arm.AgainstBaseline;

    private static string MainSentence(ComparisonReport report, ArmFocus focus, ArmSummary arm)
    {
        var (kind, over) = focus.Kind switch
        {
            ArmKind.RealClassicSynthetic => (ArmKind.RealClassic, "real images with classic augmentation"),
            ArmKind.RealSynthetic => (ArmKind.RealRepeated, "as many rows of repeated real images"),
            _ => (ArmKind.RealOnly, "real images only"),
        };
        var images = Numbers.Count(arm.Arm.Amount, "synthetic image", "synthetic images")
            + $" of each class by {arm.Arm.Method}";
        if (MainDifference(focus, arm) is not { } difference)
            return $"The arm of {over} was not run with {InShots(focus.Shots)}, so what {images} add to it is not "
                + $"known. Test accuracy with them is {Numbers.Accuracy(arm.Test)} %.";
        var what = focus.Kind == ArmKind.SyntheticOnly
            ? $"training on {images} instead of {over}" : $"{images}, added to {over},";
        var accuracies = report.Find(new Arm(kind), focus.Shots) is { } baseline
            && baseline.Test.Count == difference.Count && arm.Test.Count == difference.Count
            ? $" from {Numbers.PerCent(baseline.Test.Mean)} % to {Numbers.PerCent(arm.Test.Mean)} %"
            : "";
        return $"With {InShots(focus.Shots)}, {what} {Describe(difference, accuracies)}";
    }

    private static string Describe(PairedDifference difference, string accuracies)
    {
        var seeds = Numbers.Count(difference.Count, "seed", "seeds");
        var (points, signed) = (Numbers.AbsolutePoints(difference.Mean), Numbers.Points(difference.Mean));
        if (difference is not { HalfWidth: { } half, PValue: { } p })
            return $"changed test accuracy by {signed} points{accuracies} with the one seed that was run. One seed "
                + "gives no interval: this may be chance.";
        var interval = $"95 % interval {Numbers.Ends(difference.Mean, half)}, {Numbers.P(p)}, {seeds}";
        return VerdictOf(difference) switch
        {
            Verdict.Gain => $"raised test accuracy by {points} points{accuracies} ({interval}).",
            Verdict.Harm => $"lowered test accuracy by {points} points{accuracies} ({interval}): they did harm.",
            _ => $"changed test accuracy by {signed} points{accuracies}, but the interval includes 0 ({interval}): "
                + "neither gain nor harm is shown.",
        };
    }

    private static IEnumerable<string> RealOnlySentence(ArmFocus focus, ArmSummary arm)
    {
        if (focus.Kind == ArmKind.SyntheticOnly)
            yield break;
        yield return arm.AgainstRealOnly switch
        {
            null => "Real images only were not run, so the difference to them is not known.",
            { HalfWidth: { } half, PValue: { } p } difference => $"{Against(difference)} (95 % interval "
                + $"{Numbers.Ends(difference.Mean, half)}, {Numbers.P(p)})"
                + (difference.ExcludesZero ? "." : ", which includes 0."),
            { } difference => $"{Against(difference)}, with one seed.",
        };

        static string Against(PairedDifference difference) =>
            $"Against real images only the difference is {Numbers.Points(difference.Mean)} points";
    }

    private static string ChoiceSentence(ComparisonReport report, ArmFocus focus) => focus.Reason == FocusReason.OnlyOne
        ? "It is the only arm of its kind: nothing had to be chosen."
        : $"It was chosen among {focus.Among} by its accuracy on {ReportModel.ChosenByOf(report)}; the test images "
            + "played no part.";

    // Whether to use synthetic images at all is a choice too, and must not be made by the test images either.
    private static IEnumerable<string> ValidationSentence(ComparisonReport report, ArmSummary arm)
    {
        if (arm.HelpsOnValidation is not { } helps)
            yield break;
        yield return $"On {ReportModel.ChosenByOf(report)} the difference to {arm.Baseline} is "
            + $"{Numbers.Difference(arm.AgainstBaselineOnValidation)} points: by them one would "
            + (helps ? "take the synthetic images." : "leave the synthetic images out.");
    }

    private static string InShots(int shots) => Numbers.Count(shots, "shot", "shots") + " per class";

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
