using System.Numerics;

namespace MLNet.SynthAugment.Trainers.Augmentation;

/// <summary>
/// Cuts out a rectangle of random area, shape and place and resizes it bilinearly to a square (Szegedy et al. 2015,
/// section 6).
/// </summary>
public sealed record RandomResizedCrop : IImageAugmentation
{
    private const int Tries = 10;

    /// <summary>The least area, as a share of the image's, above 0. DataDream's classifier takes 0.25.</summary>
    public float MinArea { get; init; } = 0.25f;

    /// <summary>The greatest area, <see cref="MinArea"/> to 1.</summary>
    public float MaxArea { get; init; } = 1;

    /// <summary>The greatest ratio of width to height, and the inverse of the least one; at least 1.</summary>
    public float MaxAspect { get; init; } = 4 / 3f;

    /// <summary>
    /// Side of the result in pixels; null for the image's shorter edge. Trainers set it to the size of their network's
    /// images.
    /// </summary>
    public int? Size { get; init; }

    bool IImageAugmentation.Crops => true;

    IImageAugmentation IImageAugmentation.ForSize(int imageSize) => this with { Size = imageSize };

    /// <inheritdoc/>
    public Tensor Apply(Tensor image, SeededRandom random)
    {
        var (height, width) = ((float)image.shape[1], (float)image.shape[2]);
        var side = Size ?? Math.Min(image.shape[1], image.shape[2]);
        var crop = Draw(width, height, random);
        var room = (new Vector2(width, height) - crop) / 2;
        var shift = new Vector2(random.Uniform(-room.X, room.X), random.Uniform(-room.Y, room.Y));
        return AffineSampling.Sample(
            image, Matrix3x2.CreateScale(crop / side) * Matrix3x2.CreateTranslation(shift), side, side);
    }

    /// <inheritdoc/>
    public void Validate()
    {
        if (!(MinArea > 0) || !(MaxArea >= MinArea) || !(MaxArea <= 1))
            throw new ArgumentException(
                $"{nameof(RandomResizedCrop)} keeps between {MinArea} and {MaxArea} of the area; these must lie "
                    + "above 0 and up to 1, the first no greater.");
        if (!(MaxAspect >= 1) || Size is < 1)
            throw new ArgumentException(
                $"{nameof(RandomResizedCrop)} has the aspect {MaxAspect} and the size {Size}; both must be at "
                    + "least 1.");
    }

    private Vector2 Draw(float width, float height, SeededRandom random)
    {
        var logAspect = MathF.Log(MaxAspect);
        for (var i = 0; i < Tries; i++)
        {
            var area = width * height * random.Uniform(MinArea, MaxArea);
            var aspect = MathF.Exp(random.Uniform(-logAspect, logAspect));
            var crop = new Vector2(MathF.Sqrt(area * aspect), MathF.Sqrt(area / aspect));
            if (crop.X <= width && crop.Y <= height)
                return crop;
        }
        return new Vector2(Math.Min(width, height));
    }
}
