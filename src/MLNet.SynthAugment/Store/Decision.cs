namespace MLNet.SynthAugment.Store;

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
