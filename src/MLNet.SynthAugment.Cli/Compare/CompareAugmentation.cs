using MLNet.SynthAugment.Trainers.Augmentation;

namespace MLNet.SynthAugment.Cli.Compare;

/// <summary>What the classic augmentation of a comparison is.</summary>
internal enum CompareAugmentation
{
    /// <summary>Strong affine changes.</summary>
    Drawings,

    /// <summary>Crops, mirror images, RandAugment, MixUp and CutMix.</summary>
    Photographs,

    /// <summary>None; the arms that are about it are left out.</summary>
    None,
}

/// <summary>What the words stand for.</summary>
internal static class CompareAugmentations
{
    public static ImageAugmentation Of(CompareAugmentation word) => word switch
    {
        CompareAugmentation.Drawings => ImageAugmentation.Drawings,
        CompareAugmentation.Photographs => ImageAugmentation.Photographs,
        _ => ImageAugmentation.None,
    };
}
