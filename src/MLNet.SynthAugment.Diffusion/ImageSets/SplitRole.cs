namespace MLNet.SynthAugment.Diffusion.ImageSets;

/// <summary>What a split of an image set is for.</summary>
public enum SplitRole
{
    /// <summary>To learn from.</summary>
    Train,

    /// <summary>To choose by.</summary>
    Validation,

    /// <summary>To report on; nothing is learnt from it.</summary>
    Test,

    /// <summary>To train a model on beforehand.</summary>
    Pretrain,
}
