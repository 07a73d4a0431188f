using System.Text.Json;
using System.Text.Json.Serialization;
using FewShotAccuracy.Arms;
using FewShotAccuracy.Statistics;
using MLNet.SynthAugment;

namespace FewShotAccuracy.Reports;

/// <summary>Writes the numbers, what they were measured on and how long it took as JSON.</summary>
public static class ResultsFile
{
    private static readonly JsonSerializerOptions s_format = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static void Write(ExperimentResults results, string file)
    {
        var settings = results.Settings;
        var method = settings.MethodFor(results.Split.Shots.Count);
        File.WriteAllText(file, JsonSerializer.Serialize(new
        {
            images = results.Source,
            classes = results.Split.ClassNames,
            shotsPerClass = settings.Shots,
            testImages = results.Split.Test.Count,
            madeImagesPerClass = settings.PerClassFor(results.Split.ClassNames.Count),
            seeds = settings.Seeds,
            settings = new
            {
                method = JsonSerializer.SerializeToNode(method, method.GetType(), s_format),
                model = settings.Model?.Folder ?? DiffusionModel.Embedded.Folder,
                device = settings.Device,
                flip = settings.Flip,
                realLossWeight = settings.RealLossWeight,
                trainer = "LbfgsMaximumEntropy",
                l2Regularization = Classifier.L2Regularization,
                mostPasses = Classifier.MostPasses,
            },
            arms = results.Summaries.Select(arm => new
            {
                arm = ArmNames.Of(arm.Arm),
                accuracies = arm.Accuracies,
                accuracy = Numbers(arm.Accuracy),
                minusRealOnly = arm.Difference is { } difference ? Numbers(difference) : null,
                seconds = results.Measurements.Where(found => found.Arm == arm.Arm).Select(found => Math.Round(found.Time.TotalSeconds, 1)),
            }),
            totalSeconds = Math.Round(results.TotalTime.TotalSeconds, 1),
            processors = Environment.ProcessorCount,
        }, s_format));
    }

    private static object Numbers(SeedInterval interval) => new { mean = interval.Mean, halfWidth95 = interval.HalfWidth };
}
