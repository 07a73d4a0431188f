namespace MLNet.SynthAugment.Evaluation.Comparisons;

/// <summary>One arm of a comparison.</summary>
/// <param name="Kind">What is trained on.</param>
/// <param name="Method">The name of the method that made the synthetic images; null without any.</param>
/// <param name="Amount">Synthetic images of each class; 0 without any.</param>
public sealed record Arm(ArmKind Kind, string? Method = null, int Amount = 0)
{
    /// <summary>The arm in words, without its amount: "real + classic + datadream".</summary>
    [JsonIgnore]
    public string Name => Kind switch
    {
        ArmKind.RealOnly => "real only",
        ArmKind.RealRepeated => "real repeated",
        ArmKind.RealClassic => "real + classic",
        ArmKind.SyntheticOnly => $"{Method} only",
        ArmKind.RealSynthetic => $"real + {Method}",
        _ => $"real + classic + {Method}",
    };

    /// <summary>Whether synthetic images are trained on.</summary>
    [JsonIgnore]
    public bool IsSynthetic => Method is not null;

    /// <summary>Whether the images are augmented in the classic way.</summary>
    [JsonIgnore]
    public bool IsAugmented => Kind is ArmKind.RealClassic or ArmKind.RealClassicSynthetic;

    /// <summary>
    /// The arm that has all but the synthetic images; null for arms without any, and without real ones.
    /// </summary>
    [JsonIgnore]
    public ArmKind? Baseline => Kind switch
    {
        ArmKind.RealSynthetic => ArmKind.RealRepeated,
        ArmKind.RealClassicSynthetic => ArmKind.RealClassic,
        _ => null,
    };

    /// <summary>Whether a kind of arm has synthetic images.</summary>
    public static bool UsesSynthetic(ArmKind kind) =>
        kind is ArmKind.SyntheticOnly or ArmKind.RealSynthetic or ArmKind.RealClassicSynthetic;

    /// <inheritdoc/>
    public override string ToString() => IsSynthetic ? $"{Name} ({Amount} per class)" : Name;
}

/// <summary>
/// What a classifier is trained on. In all arms the trainer, the number of its steps, the shots and the test images are
/// the same.
/// </summary>
public enum ArmKind
{
    /// <summary>The shots as they are.</summary>
    RealOnly,

    /// <summary>
    /// The shots, repeated to at least as many rows as the largest amount of synthetic images gives: the control for
    /// the number of rows.
    /// </summary>
    RealRepeated,

    /// <summary>The shots with classic augmentation, repeated until they fill a batch.</summary>
    RealClassic,

    /// <summary>Synthetic images alone.</summary>
    SyntheticOnly,

    /// <summary>The shots and synthetic images.</summary>
    RealSynthetic,

    /// <summary>The shots and synthetic images, both with classic augmentation.</summary>
    RealClassicSynthetic,
}
