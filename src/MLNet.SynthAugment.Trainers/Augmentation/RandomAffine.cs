using System.Numerics;
using F = TorchSharp.torch.nn.functional;

namespace MLNet.SynthAugment.Trainers.Augmentation;

/// <summary>
/// Turns, scales, shears and shifts an image about its centre, each by an amount uniform in its range. Beyond the
/// border its colour is repeated. The defaults are strong: they vary a drawn character about as much as its
/// drawers do.
/// </summary>
public sealed record RandomAffine : IImageAugmentation
{
    /// <summary>The greatest turn to either side, in degrees, 0 to 180.</summary>
    public float Rotation { get; init; } = 20;

    /// <summary>The least size, as a factor above 0. Width and height are scaled apart.</summary>
    public float MinScale { get; init; } = 0.75f;

    /// <summary>The greatest size, as a factor, at least <see cref="MinScale"/>.</summary>
    public float MaxScale { get; init; } = 1.25f;

    /// <summary>The greatest shear to either side, in degrees, 0 to below 90.</summary>
    public float Shear { get; init; } = 20;

    /// <summary>The greatest shift in each direction, as a share of the image's width or height, 0 to 1.</summary>
    public float Translation { get; init; } = 0.12f;

    /// <inheritdoc/>
    public Tensor Apply(Tensor image, SeededRandom random)
    {
        var (height, width) = (image.shape[1], image.shape[2]);
        var scale = Matrix3x2.CreateScale(Factor(random), Factor(random));
        var shear = new Matrix3x2(1, 0, MathF.Tan(Radians(Shear, random)), 1, 0, 0);
        var rotation = Matrix3x2.CreateRotation(Radians(Rotation, random));
        var translation = Matrix3x2.CreateTranslation(
            width * Signed(Translation, random), height * Signed(Translation, random));
        Matrix3x2.Invert(scale * shear * rotation * translation, out var toSource);
        return AffineSampling.Sample(image, toSource, height, width);
    }

    /// <inheritdoc/>
    public void Validate()
    {
        if (!(MinScale > 0) || !(MaxScale >= MinScale) || !float.IsFinite(MaxScale))
            throw new ArgumentException(
                $"{nameof(RandomAffine)} scales between {MinScale} and {MaxScale}; the first must be above 0 and the "
                    + "second no less.");
        if (Rotation is not (>= 0 and <= 180) || Shear is not (>= 0 and < 90) || Translation is not (>= 0 and <= 1))
            throw new ArgumentException(
                $"{nameof(RandomAffine)} turns by up to {Rotation}°, shears by up to {Shear}° and shifts by up to "
                    + $"{Translation}; these must be 0 to 180, 0 to below 90 and 0 to 1.");
    }

    private float Factor(SeededRandom random) => random.Uniform(MinScale, MaxScale);

    private static float Radians(float degrees, SeededRandom random) => Signed(degrees, random) * MathF.PI / 180;

    private static float Signed(float greatest, SeededRandom random) => random.Uniform(-greatest, greatest);
}

/// <summary>
/// Resamples an image under an affine map, bilinearly; beyond the border its colour is repeated.
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
