using System.Text.Json;
using System.Text.Json.Nodes;
using MLNet.SynthAugment.Diffusion.Files;
using MLNet.SynthAugment.Trainers.Augmentation;

namespace MLNet.SynthAugment.Evaluation.Comparisons.Results;

/// <summary>All that a comparison found.</summary>
/// <param name="Versions">What it ran with.</param>
/// <param name="Finished">When it was done, in UTC.</param>
/// <param name="Seconds">Wall time; after an interruption, of the last part.</param>
/// <param name="Settings">Everything the results depend on.</param>
/// <param name="Classes">The classes, in the order of recalls and confusions.</param>
/// <param name="ValidationImages">Images of the <c>val</c> split, which choices are made by; 0 if there is none, and
/// they were made by training images that are no shots, if there are any.</param>
/// <param name="TestImages">Images that are reported on.</param>
/// <param name="Summaries">The arms over the seeds.</param>
/// <param name="Choices">What was chosen on the validation images.</param>
/// <param name="Syntheses">How the synthetic images were made.</param>
/// <param name="Runs">Each training.</param>
public sealed record ComparisonReport(
    IReadOnlyDictionary<string, string> Versions, DateTime Finished, double Seconds, JsonObject Settings,
    IReadOnlyList<string> Classes,
    int ValidationImages, int TestImages, IReadOnlyList<ArmSummary> Summaries, IReadOnlyList<ArmChoice> Choices,
        IReadOnlyList<SynthesisResult> Syntheses, IReadOnlyList<ArmResult> Runs)
{
    /// <summary>The summary of an arm.</summary>
    /// <param name="arm">The arm.</param>
    /// <param name="shots">Real images of each class.</param>
    /// <returns>Null if it was not run.</returns>
    public ArmSummary? Find(Arm arm, int shots) =>
        Summaries.FirstOrDefault(summary => summary.Arm == arm && summary.Shots == shots);

    /// <summary>Writes it as JSON: whole, or not at all.</summary>
    /// <param name="path">The file.</param>
    public void Write(string path) =>
        AtomicFile.WriteText(path, JsonSerializer.Serialize(this, ComparisonJson.Format) + Environment.NewLine);

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="InvalidDataException">It holds something else.</exception>
    public static ComparisonReport Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<ComparisonReport>(File.ReadAllBytes(path), ComparisonJson.Format)
                ?? throw new JsonException("it is empty");
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"'{path}' holds no results of a comparison: {error.Message}", error);
        }
    }

    internal static ComparisonReport Create(
        ComparisonOptions options, ComparisonSet set, IReadOnlyList<ArmResult> runs,
        IReadOnlyList<SynthesisResult> syntheses, TimeSpan elapsed)
    {
        var summaries = ArmSummary.Of(runs);
        return new ComparisonReport(
            ComparisonVersions.All(), DateTime.UtcNow, Math.Round(elapsed.TotalSeconds, 1), Describe(options),
            set.Classes, set.Validation.Count, set.TestImages.Count,
            summaries, ArmChoice.Of(summaries), syntheses, runs);
    }

    private static JsonObject Describe(ComparisonOptions options) => new()
    {
        [nameof(options.Images)] = options.Images,
        [nameof(options.Shots)] = JsonSerializer.SerializeToNode(options.Shots),
        [nameof(options.Amounts)] = JsonSerializer.SerializeToNode(options.Amounts),
        [nameof(options.Seeds)] = options.Seeds,
        [nameof(options.DrawShots)] = options.DrawShots,
        [nameof(options.Arms)] = JsonSerializer.SerializeToNode(options.Arms, ComparisonJson.Format),
        [nameof(options.Methods)] =
            new JsonObject(options.Methods.Select(
            method => KeyValuePair.Create(method.Name, (JsonNode?)ComparisonKeys.Of(method.Method)))),
        [nameof(options.Trainer)] = options.Trainer.Name,
        ["TrainerSettings"] = options.Trainer.Settings.DeepClone(),
        [nameof(options.Augmentation)] =
            JsonSerializer.SerializeToNode(options.Augmentation, typeof(ImageAugmentation), ComparisonJson.Format),
        [nameof(options.Model)] = options.Model?.Folder,
        [nameof(options.Clip)] = options.Clip?.Folder,
        [nameof(options.Selection)] = JsonSerializer.SerializeToNode(options.Selection, ComparisonJson.Format),
        [nameof(options.ClassNames)] = JsonSerializer.SerializeToNode(options.ClassNames, ComparisonJson.Format),
        [nameof(options.ImageOrientation)] = options.ImageOrientation.ToString(),
        [nameof(options.ImageGround)] = options.Reading.GroundName,
        [nameof(options.BatchSize)] = options.BatchSize,
        [nameof(options.Device)] = options.Device,
        [nameof(options.Precision)] = options.Precision.ToString(),
    };
}
