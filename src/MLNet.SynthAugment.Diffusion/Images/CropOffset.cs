namespace MLNet.SynthAugment.Diffusion.Images;

/// <summary>Where the middle of an image begins when an odd number of rows or columns is left over.</summary>
public enum CropOffset
{
    /// <summary>
    /// Half the remainder rounded to the even neighbour: torchvision's CenterCrop, OpenAI's preprocessing.
    /// </summary>
    RoundHalfToEven,

    /// <summary>Half the remainder rounded down: transformers' image processors.</summary>
    RoundDown,
}
