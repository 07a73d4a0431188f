using System.Numerics;
using F = TorchSharp.torch.nn.functional;

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

    /// <inheritdoc/>
    public void Validate()
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

/// <summary>
/// Changes of colour and contrast, as AutoAugment (Cubuk et al. 2019) names them. Images are [3, H, W], 0 to 1.
/// </summary>
internal static class PixelOperations
{
    private const int Levels = 256;

    // ITU-R BT.601.
    private static readonly float[] s_grey = [0.299f, 0.587f, 0.114f];

    // What the centre pixel weighs beside its eight neighbours, as Pillow's smoothing filter has it.
    private const float CentreWeight = 5;

    public static Tensor Brightness(Tensor image, double factor)
    {
        using var scope = NewDisposeScope();
        return (image * Kept(factor)).clamp(Kept(0), Kept(1)).MoveToOuterDisposeScope();
    }

    public static Tensor Contrast(Tensor image, double factor)
    {
        using var scope = NewDisposeScope();
        return Away(image, Grey(image).mean(), factor).MoveToOuterDisposeScope();
    }

    public static Tensor Saturation(Tensor image, double factor)
    {
        using var scope = NewDisposeScope();
        return Away(image, Grey(image), factor).MoveToOuterDisposeScope();
    }

    /// <summary>Sharpens (factor above 1) or smoothes; the outermost pixels stay.</summary>
    public static Tensor Sharpness(Tensor image, double factor)
    {
        var (height, width) = (image.shape[1], image.shape[2]);
        if (height < 3 || width < 3)
            return image.alias();
        using var scope = NewDisposeScope();
        var kernel = Enumerable.Repeat(1f, 9).ToArray();
        kernel[4] = CentreWeight;
        var weights = (tensor(kernel, [1, 1, 3, 3]) / Kept(8 + CentreWeight)).expand(3, 1, 3, 3);
        var smooth = image.clone();
#pragma warning disable RS0030 // Each sum is over one channel, so that there is none to lose.
        var smoothed = F.conv2d(image.unsqueeze(0), weights, groups: 3);
#pragma warning restore RS0030
        smooth.narrow(1, 1, height - 2).narrow(2, 1, width - 2).copy_(smoothed.squeeze(0));
        return Away(image, smooth, factor).MoveToOuterDisposeScope();
    }

    /// <summary>Keeps the highest bits of each byte.</summary>
    public static Tensor Posterize(Tensor image, int bits)
    {
        using var scope = NewDisposeScope();
        double step = Levels >> bits;
        return ((image * Kept(Levels - 1)).round().div(Kept(step))
            .floor() * Kept(step / (Levels - 1))).MoveToOuterDisposeScope();
    }

    /// <summary>Inverts the pixels from a threshold on.</summary>
    public static Tensor Solarize(Tensor image, double threshold)
    {
        using var scope = NewDisposeScope();
        return image.where(image.lt(Kept(threshold)), image.SubtractedFrom(1)).MoveToOuterDisposeScope();
    }

    /// <summary>Stretches each channel to 0…1; a channel of one value stays.</summary>
    public static Tensor AutoContrast(Tensor image)
    {
        using var scope = NewDisposeScope();
        var (low, high) = (image.amin([1L, 2L], keepdim: true), image.amax([1L, 2L], keepdim: true));
        var range = high - low;
        var flat = range.le(Kept(1e-6));
        return image.where(flat, (image - low) / range.where(flat.logical_not(), ones_like(range)))
            .MoveToOuterDisposeScope();
    }

    /// <summary>Gives each channel a level histogram: a value becomes the share of pixels that are darker.</summary>
    public static Tensor Equalize(Tensor image)
    {
        using var scope = NewDisposeScope();
        var bytes = (image * Kept(Levels - 1)).round().to(ScalarType.Byte).contiguous().ToArray<byte>();
        var values = new float[bytes.Length];
        var plane = bytes.Length / 3;
        for (var channel = 0; channel < 3; channel++)
            EqualizeChannel(bytes.AsSpan(channel * plane, plane), values.AsSpan(channel * plane, plane));
        return tensor(values, image.shape).MoveToOuterDisposeScope();
    }

    private static void EqualizeChannel(ReadOnlySpan<byte> bytes, Span<float> values)
    {
        Span<int> counts = stackalloc int[Levels];
        counts.Clear();
        foreach (var value in bytes)
            counts[value]++;
        // The brightest value in use maps to 1, as the share of pixels below it does not count its own.
        var brightest = counts.LastIndexOfAnyExcept(0);
        var others = bytes.Length - counts[brightest];
        Span<float> map = stackalloc float[Levels];
        var darker = 0;
        for (var level = 0; level < Levels; level++)
        {
            map[level] = others == 0 ? level / (float)(Levels - 1) : darker / (float)others;
            darker += counts[level];
        }
        for (var i = 0; i < bytes.Length; i++)
            values[i] = map[bytes[i]];
    }

    private static Tensor Grey(Tensor image) => (image * tensor(s_grey, [3, 1, 1])).sum(0, keepdim: true);

    // Factor 0 gives the reference, 1 the image, more leads further away.
    private static Tensor Away(Tensor image, Tensor reference, double factor) =>
        (image * Kept(factor)).Plus(reference * Kept(1 - factor)).clamp(Kept(0), Kept(1));
}
