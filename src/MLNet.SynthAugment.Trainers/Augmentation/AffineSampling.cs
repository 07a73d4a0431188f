using System.Numerics;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace MLNet.SynthAugment.Trainers.Augmentation;

/// <summary>
/// Resamples an image under an affine map, bilinearly; beyond the border the border's colour goes on.
/// </summary>
internal static class AffineSampling
{
    /// <param name="image">[3, H, W].</param>
    /// <param name="toSource">Maps a place of the result to one of the image, both in pixels from the respective
    /// centre.</param>
    /// <param name="height">Height of the result in pixels.</param>
    /// <param name="width">Width of the result in pixels.</param>
    /// <returns>[3, height, width].</returns>
    public static Tensor Sample(Tensor image, Matrix3x2 toSource, long height, long width)
    {
        var (sourceHeight, sourceWidth) = ((float)image.shape[1], (float)image.shape[2]);
        // affine_grid counts both images from −1 to 1.
        float[] theta =
        [
            toSource.M11 * width / sourceWidth, toSource.M21 * height / sourceWidth, toSource.M31 * 2 / sourceWidth,
            toSource.M12 * width / sourceHeight, toSource.M22 * height / sourceHeight, toSource.M32 * 2 / sourceHeight,
        ];
        using var scope = NewDisposeScope();
        var grid = F.affine_grid(tensor(theta, [1, 2, 3]), [1, image.shape[0], height, width], align_corners: false);
        return F.grid_sample(image.unsqueeze(0), grid, GridSampleMode.Bilinear, GridSamplePaddingMode.Border,
            align_corners: false).squeeze(0).MoveToOuterDisposeScope();
    }
}
