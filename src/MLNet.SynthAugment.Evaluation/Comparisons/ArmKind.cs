namespace MLNet.SynthAugment.Evaluation.Comparisons;

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
