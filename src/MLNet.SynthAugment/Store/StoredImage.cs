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

/// <summary>What a selection decided on a candidate, with all that it measured.</summary>
internal sealed record Decision
{
    /// <summary>Why the image was rejected, as a sentence; null if it was accepted.</summary>
    public string? Reason { get; init; }

    public bool IsAccepted => Reason is null;

    /// <summary>The probability of the right class by the CLIP filter; null without that filter.</summary>
    public double? ClassProbability { get; init; }

    /// <summary>The label that the CLIP filter found most probable.</summary>
    public string? MostProbableClass { get; init; }

    /// <summary>The cosine similarity to the nearest shot of the class; null without a near-copy filter.</summary>
    public double? ShotSimilarity { get; init; }

    /// <summary>The image hash of that shot.</summary>
    public string? NearestShot { get; init; }

    /// <summary>The cosine similarity to the nearest of the images accepted before; null if there is none.</summary>
    public double? ImageSimilarity { get; init; }

    /// <summary>The number of that image.</summary>
    public long? NearestImage { get; init; }

    /// <summary>Whether it was rejected as a near copy, whatever else speaks against it.</summary>
    public bool IsNearCopy { get; init; }
}
