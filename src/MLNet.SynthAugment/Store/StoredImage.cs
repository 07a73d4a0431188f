using MLNet.SynthAugment.Methods;

namespace MLNet.SynthAugment.Store;

/// <summary>A synthetic image in a store: a row of the manifest.</summary>
/// <param name="Label">The class.</param>
/// <param name="Index">Which image of the class, from 0.</param>
/// <param name="Path">The absolute path of the PNG file.</param>
/// <param name="Sha256">The hash of the file's bytes.</param>
internal sealed record StoredImage(string Label, long Index, string Path, string Sha256)
{
    /// <inheritdoc cref="SyntheticImage.Prompt"/>
    public string Prompt { get; init; } = "";

    /// <inheritdoc cref="SyntheticImage.Seed"/>
    public long Seed { get; init; }

    /// <inheritdoc cref="SyntheticImage.Steps"/>
    public int? Steps { get; init; }

    /// <inheritdoc cref="SyntheticImage.GuidanceScale"/>
    public double? GuidanceScale { get; init; }

    /// <inheritdoc cref="SyntheticImage.Scheduler"/>
    public string? Scheduler { get; init; }

    /// <inheritdoc cref="SyntheticImage.Adapter"/>
    public string? Adapter { get; init; }

    /// <summary>
    /// The row of the one shot it leans on, in the data it was made from; null if it leans on all shots of its class.
    /// </summary>
    public long? SourceRow { get; init; }

    /// <summary>The image hash of the one shot it leans on, or null.</summary>
    public string? SourceHash { get; init; }

    /// <inheritdoc cref="SyntheticImage.SoftLabels"/>
    public IReadOnlyDictionary<string, float>? SoftLabels { get; init; }

    /// <inheritdoc cref="SyntheticImage.Details"/>
    public string? Details { get; init; }

    /// <inheritdoc cref="SyntheticImage.Score"/>
    public float MethodScore { get; init; } = float.NaN;

    /// <summary>What a selection decided on it; null without a selection.</summary>
    public Decision? Decision { get; init; }

    /// <summary>
    /// How well it fits its class: the selection's measure, else the method's; NaN if neither measured it.
    /// </summary>
    public float Score => Decision?.ClassProbability is { } probability ? (float)probability : MethodScore;

    /// <summary>A row for an image that was just made.</summary>
    public static StoredImage Of(SyntheticImage image, string label, long index, string path, string sha256) =>
        new(label, index, path, sha256)
        {
            Prompt = image.Prompt,
            Seed = image.Seed,
            Steps = image.Steps,
            GuidanceScale = image.GuidanceScale,
            Scheduler = image.Scheduler,
            Adapter = image.Adapter,
            SourceRow = image.Source?.Row,
            SourceHash = image.Source?.ImageHash,
            SoftLabels = image.SoftLabels,
            Details = image.Details,
            MethodScore = image.Score,
        };
}
