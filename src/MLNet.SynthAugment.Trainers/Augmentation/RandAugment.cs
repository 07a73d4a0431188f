using System.Numerics;
using MLNet.SynthAugment.Diffusion;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Trainers.Augmentation;

/// <summary>
/// RandAugment (Cubuk et al. 2020): some operations drawn from fourteen, one after the other, all of one magnitude.
/// Ranges are those of AutoAugment (Cubuk et al. 2019, table 6): shear to 0.3, shift to 45 % of the side, turn to 30°,
/// colours by up to a factor 1 ± 0.9.
/// </summary>
public sealed record RandAugment : IImageAugmentation
{
    private const int GreatestMagnitude = 30;
    private const float GreatestShear = 0.3f;
    private const float GreatestShift = 150 / 331f;
    private const float GreatestTurn = 30;
    private const double GreatestChange = 0.9;
    private const int Bits = 8;
    private const int GreatestBitLoss = 4;

    private delegate Tensor Operation(Tensor image, float magnitude, SeededRandom random);

    private static readonly Operation[] s_operations =
    [
        (image, _, _) => image.alias(),
        (image, magnitude, random) =>
            Warp(image, new Matrix3x2(1, 0, Signed(GreatestShear * magnitude, random), 1, 0, 0)),
        (image, magnitude, random) =>
            Warp(image, new Matrix3x2(1, Signed(GreatestShear * magnitude, random), 0, 1, 0, 0)),
        (image, magnitude, random) =>
            Warp(image, Matrix3x2.CreateTranslation(Signed(GreatestShift * magnitude * image.shape[2], random), 0)),
        (image, magnitude, random) =>
            Warp(image, Matrix3x2.CreateTranslation(0, Signed(GreatestShift * magnitude * image.shape[1], random))),
        (image, magnitude, random) =>
            Warp(image, Matrix3x2.CreateRotation(Signed(GreatestTurn * magnitude, random) * MathF.PI / 180)),
        (image, magnitude, random) => PixelOperations.Brightness(image, Factor(magnitude, random)),
        (image, magnitude, random) => PixelOperations.Saturation(image, Factor(magnitude, random)),
        (image, magnitude, random) => PixelOperations.Contrast(image, Factor(magnitude, random)),
        (image, magnitude, random) => PixelOperations.Sharpness(image, Factor(magnitude, random)),
        (image, magnitude, _) => PixelOperations.Posterize(image, Bits - (int)MathF.Round(GreatestBitLoss * magnitude)),
        (image, magnitude, _) => PixelOperations.Solarize(image, 1 - magnitude),
        (image, _, _) => PixelOperations.AutoContrast(image),
        (image, _, _) => PixelOperations.Equalize(image),
    ];

    /// <summary>How many operations an image goes through, at least 1.</summary>
    public int Operations { get; init; } = 2;

    /// <summary>How strong they are, 0 to 30.</summary>
    public int Magnitude { get; init; } = 9;

    /// <inheritdoc/>
    public Tensor Apply(Tensor image, SeededRandom random)
    {
        using var scope = NewDisposeScope();
        for (var i = 0; i < Operations; i++)
            image = s_operations[random.Next(s_operations.Length)](image, Magnitude / (float)GreatestMagnitude, random);
        return image.MoveToOuterDisposeScope();
    }

    internal void Check()
    {
        if (Operations < 1 || Magnitude is not (>= 0 and <= GreatestMagnitude))
            throw new ArgumentException(
                $"{nameof(RandAugment)} has {Operations} operations of magnitude {Magnitude}; there must be at least "
                    + $"1, of 0 to {GreatestMagnitude}.");
    }

    private static Tensor Warp(Tensor image, Matrix3x2 toSource) =>
        AffineSampling.Sample(image, toSource, image.shape[1], image.shape[2]);

    private static double Factor(float magnitude, SeededRandom random) =>
        1 + (random.Chance(0.5) ? GreatestChange : -GreatestChange) * magnitude;

    private static float Signed(float amount, SeededRandom random) => random.Chance(0.5) ? amount : -amount;
}
