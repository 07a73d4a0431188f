namespace MLNet.SynthAugment.Evaluation.Comparisons.Results;

/// <summary>All that a comparison found.</summary>
public sealed record ComparisonReport
{
    /// <summary>What it ran with: versions by name.</summary>
    public required IReadOnlyDictionary<string, string> Versions { get; init; }

    /// <summary>When it was done, in UTC.</summary>
    public required DateTime Finished { get; init; }

    /// <summary>Wall time in seconds; after an interruption, of the last part.</summary>
    public required double Seconds { get; init; }

    /// <summary>Everything the results depend on.</summary>
    public required ComparisonSettings Settings { get; init; }

    /// <summary>The classes, in the order of recalls and confusions.</summary>
    public required IReadOnlyList<string> Classes { get; init; }

    /// <summary>
    /// Images of the <c>val</c> split, which choices are made by. 0 if there is none: then choices are made by training
    /// images that are no shots, if there are any.
    /// </summary>
    public required int ValidationImages { get; init; }

    /// <summary>Images that are reported on.</summary>
    public required int TestImages { get; init; }

    /// <summary>The arms over the seeds.</summary>
    public required IReadOnlyList<ArmSummary> Summaries { get; init; }

    /// <summary>What was chosen on the validation images.</summary>
    public required IReadOnlyList<ArmChoice> Choices { get; init; }

    /// <summary>How the synthetic images were made.</summary>
    public required IReadOnlyList<SynthesisResult> Syntheses { get; init; }

    /// <summary>Each training.</summary>
    public required IReadOnlyList<ArmResult> Runs { get; init; }

    /// <summary>The summary of an arm.</summary>
    /// <param name="arm">The arm.</param>
    /// <param name="shots">Real images per class.</param>
    /// <returns>Null if it was not run.</returns>
    public ArmSummary? Find(Arm arm, int shots) =>
        Summaries.FirstOrDefault(summary => summary.Arm == arm && summary.Shots == shots);

    /// <summary>Writes it as JSON: whole, or not at all.</summary>
    /// <param name="path">The file.</param>
    public void Write(string path) =>
        AtomicFile.WriteText(path, JsonSerializer.Serialize(this, ComparisonJson.Format) + Environment.NewLine);

    /// <summary>Reads what <see cref="Write"/> wrote, in this version or an earlier one.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="InvalidDataException">It holds something else, or was written by a version whose files this one
    /// does not read; the message names the version.</exception>
    public static ComparisonReport Read(string path)
    {
        var content = File.ReadAllBytes(path);
        try
        {
            return JsonSerializer.Deserialize<ComparisonReport>(content, ComparisonJson.Format)
                ?? throw new JsonException("it is empty");
        }
        catch (JsonException error)
        {
            var writer = WriterOf(content) is { } version && version != ComparisonVersions.Library
                ? $" Version {version} wrote it, and this is version {ComparisonVersions.Library}: make the report "
                    + "with that version, or compare again."
                : "";
            throw new InvalidDataException(
                $"'{path}' holds no results of a comparison: {error.Message}{writer}", error);
        }
    }

    internal static ComparisonReport Create(
        ComparisonOptions options, ComparisonSet set, IReadOnlyList<ArmResult> runs,
        IReadOnlyList<SynthesisResult> syntheses, TimeSpan elapsed)
    {
        var summaries = ArmSummary.Of(runs);
        return new ComparisonReport
        {
            Versions = ComparisonVersions.All(),
            Finished = DateTime.UtcNow,
            Seconds = Math.Round(elapsed.TotalSeconds, 1),
            Settings = ComparisonSettings.Of(options),
            Classes = set.Classes,
            ValidationImages = set.Validation.Count,
            TestImages = set.TestImages.Count,
            Summaries = summaries,
            Choices = ArmChoice.Of(summaries),
            Syntheses = syntheses,
            Runs = runs,
        };
    }

    // The version of this library, under the name that its assembly had then.
    private static string? WriterOf(byte[] content)
    {
        try
        {
            using var json = JsonDocument.Parse(content);
            if (json.RootElement.ValueKind != JsonValueKind.Object
                || !json.RootElement.TryGetProperty(nameof(Versions), out var versions)
                || versions.ValueKind != JsonValueKind.Object)
                return null;
            return versions.EnumerateObject()
                .Where(version => version.Name.StartsWith("MLNet.SynthAugment", StringComparison.Ordinal))
                .Select(version => version.Value.ToString()).FirstOrDefault();
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
