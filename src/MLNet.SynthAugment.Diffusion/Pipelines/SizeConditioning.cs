namespace MLNet.SynthAugment.Diffusion.Pipelines;

/// <summary>
/// What SDXL is told about sizes (Podell et al. 2023, section 2.2), in pixels. It was trained with each training
/// image's values, so that a small original size gives blurred images, and a crop away from 0 gives cut-off ones.
/// </summary>
/// <param name="OriginalHeight">Height that the image is to look as if it had before it was resized.</param>
/// <param name="OriginalWidth">Width, likewise.</param>
/// <param name="TargetHeight">Height of the image.</param>
/// <param name="TargetWidth">Width of the image.</param>
/// <param name="CropTop">Rows that are to look cut off at the top.</param>
/// <param name="CropLeft">Columns that are to look cut off at the left.</param>
public sealed record SizeConditioning(
    long OriginalHeight, long OriginalWidth, long TargetHeight, long TargetWidth, long CropTop = 0, long CropLeft = 0)
{
    /// <summary>An image that was neither resized nor cropped.</summary>
    /// <param name="height">Its height in pixels.</param>
    /// <param name="width">Its width in pixels.</param>
    public static SizeConditioning Whole(long height, long width) => new(height, width, height, width);

    /// <summary>The values in the order in which the UNet takes them.</summary>
    internal float[] TimeIds => [OriginalHeight, OriginalWidth, CropTop, CropLeft, TargetHeight, TargetWidth];
}
