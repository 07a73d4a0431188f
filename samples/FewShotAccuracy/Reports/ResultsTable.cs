using System.Globalization;
using FewShotAccuracy.Arms;
using FewShotAccuracy.Statistics;

namespace FewShotAccuracy.Reports;

/// <summary>The accuracies as lines of text.</summary>
public static class ResultsTable
{
    public static IEnumerable<string> Lines(ExperimentResults results)
    {
        yield return $"{"trained on",-30}{"accuracy, %",16}{"minus real only",20}";
        foreach (var arm in results.Summaries)
        {
            var difference = arm.Difference is { } interval ? Points(interval, "+0.0;-0.0;0.0") : "";
            yield return $"{ArmNames.Of(arm.Arm),-30}{Points(arm.Accuracy, "0.0"),16}{difference,20}";
        }
        yield return $"Mean ± 95 % interval (Student's t) over {results.Settings.Seeds} seeds, {results.Split.Test.Count} test images: one image is "
            + string.Create(CultureInfo.InvariantCulture, $"{100.0 / results.Split.Test.Count:0.00} %.");
        yield return "The interval covers shots (where drawn), augmentation and synthesis, not the choice of test images.";
    }

    private static string Points(SeedInterval interval, string format)
    {
        var mean = (100 * interval.Mean).ToString(format, CultureInfo.InvariantCulture);
        return double.IsNaN(interval.HalfWidth) ? mean : string.Create(CultureInfo.InvariantCulture, $"{mean} ± {100 * interval.HalfWidth:0.0}");
    }
}
