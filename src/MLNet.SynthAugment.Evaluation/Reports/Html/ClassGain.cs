using MLNet.SynthAugment.Evaluation.Comparisons;
using MLNet.SynthAugment.Evaluation.Comparisons.Results;
using MLNet.SynthAugment.Evaluation.Comparisons.Statistics;

namespace MLNet.SynthAugment.Evaluation.Reports.Html;

/// <summary>What synthetic images add to the recall of a class.</summary>
/// <param name="Class">The class.</param>
/// <param name="Difference">The difference of test recalls, seed by seed.</param>
/// <param name="Before">The mean recall without synthetic images, over the seeds that both arms have.</param>
/// <param name="After">That with them.</param>
internal sealed record ClassGain(string Class, PairedDifference Difference, double Before, double After)
{
    /// <summary>The gains of all classes with test images, the greatest first.</summary>
    public static IReadOnlyList<ClassGain> Of(ComparisonReport report, int shots, Arm arm, Arm baseline)
    {
        var (after, before) = (RunsOf(arm), RunsOf(baseline));
        return [.. report.Classes.Select(Create).OfType<ClassGain>().OrderByDescending(gain => gain.Difference.Mean)
            .ThenBy(gain => gain.Class, StringComparer.Ordinal)];

        Dictionary<int, ClassificationScores> RunsOf(Arm wanted) =>
            report.Runs.Where(run => run.Shots == shots && run.Arm == wanted).DistinctBy(run => run.Seed)
                .ToDictionary(run => run.Seed, run => run.Test);

        ClassGain? Create(string name, int number)
        {
            var (with, without) = (RecallsOf(after, number), RecallsOf(before, number));
            var seeds = with.Keys.Where(without.ContainsKey).ToList();
            return PairedDifference.Of(with, without) is { } difference
                ? new ClassGain(name, difference, seeds.Average(seed => without[seed]),
                    seeds.Average(seed => with[seed])) : null;
        }
    }

    private static Dictionary<int, double> RecallsOf(Dictionary<int, ClassificationScores> runs, int number) =>
        runs.Where(run => run.Value.Recall.ElementAtOrDefault(number) is not null)
            .ToDictionary(run => run.Key, run => run.Value.Recall[number]!.Value);
}
