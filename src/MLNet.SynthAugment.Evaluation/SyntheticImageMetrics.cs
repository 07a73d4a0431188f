namespace MLNet.SynthAugment.Evaluation;

/// <summary>
/// What <see cref="SyntheticImagesCatalog"/> measures of a synthetic set beside a real one. A measure without a value
/// is null, and <see cref="Unmeasured"/> says why.
/// </summary>
public sealed record SyntheticImageMetrics
{
    /// <summary>The real rows measured.</summary>
    public required int RealCount { get; init; }

    /// <summary>The synthetic rows measured.</summary>
    public required int SyntheticCount { get; init; }

    /// <summary>The length of a feature vector.</summary>
    public required int FeatureDimension { get; init; }

    /// <summary>See <see cref="FrechetDistance"/>: smaller is better.</summary>
    public double? Fid { get; init; }

    /// <summary>See <see cref="KernelDistance"/>: smaller is better.</summary>
    public MmdEstimate? Kid { get; init; }

    /// <summary>See <see cref="ClipDiscrepancy"/>: smaller is better.</summary>
    public MmdEstimate? Cmmd { get; init; }

    /// <summary>Precision, recall, density, coverage: larger is better.</summary>
    public Prdc? Prdc { get; init; }

    /// <summary>
    /// See <see cref="Evaluation.ClipScore"/>, of the synthetic rows: larger is better, up to about
    /// <see cref="RealClipScore"/>.
    /// </summary>
    public double? ClipScore { get; init; }

    /// <summary>The same of the real rows.</summary>
    public double? RealClipScore { get; init; }

    /// <summary>The share of synthetic rows that are taken for their own class: larger is better.</summary>
    public ClassCorrectness? ClassCorrectness { get; init; }

    /// <summary>The same of the real rows; by mean features each row is left out of its class's mean.</summary>
    public ClassCorrectness? RealClassCorrectness { get; init; }

    /// <summary>How many synthetic rows are nearly copies of real ones: smaller is better.</summary>
    public NearCopyRate? NearCopies { get; init; }

    /// <summary>
    /// See <see cref="IntraClassDiversity"/>, of the synthetic rows: better the nearer to <see cref="RealDiversity"/>.
    /// </summary>
    public double? Diversity { get; init; }

    /// <summary>The same of the real rows.</summary>
    public double? RealDiversity { get; init; }

    /// <summary>The names of measures without a value, each with a sentence that says why.</summary>
    public required IReadOnlyDictionary<string, string> Unmeasured { get; init; }
}
