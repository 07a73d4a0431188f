namespace FewShotAccuracy.Features;

/// <summary>
/// How much of the image each of 4×4×4 colours takes, every pixel shared linearly among the eight nearest; square roots are
/// taken (Hellinger kernel), and the vector has length <see cref="Weight"/>, so that colours count beside the many blocks of gradients.
/// </summary>
public static class ColourHistogram
{
    private const int Levels = 4;

    public const float Weight = 2;

    public const int Length = Levels * Levels * Levels;

    /// <param name="planes">The image's red, green and blue planes, values 0 to 1.</param>
    /// <param name="features">Receives <see cref="Length"/> values.</param>
    public static void Compute(ReadOnlySpan<float> planes, Span<float> features)
    {
        var pixels = planes.Length / 3;
        for (var pixel = 0; pixel < pixels; pixel++)
            Vote(features, planes[pixel], planes[pixels + pixel], planes[(2 * pixels) + pixel]);
        for (var i = 0; i < Length; i++)
            features[i] = Weight * MathF.Sqrt(features[i] / pixels);
    }

    private static void Vote(Span<float> features, float red, float green, float blue)
    {
        for (var corner = 0; corner < 8; corner++)
        {
            var (r, redShare) = Level(red, corner & 1);
            var (g, greenShare) = Level(green, (corner >> 1) & 1);
            var (b, blueShare) = Level(blue, corner >> 2);
            features[(((r * Levels) + g) * Levels) + b] += redShare * greenShare * blueShare;
        }
    }

    /// <summary>The level below (0) or above (1) a value, and the value's share in it.</summary>
    private static (int Level, float Share) Level(float value, int above)
    {
        var position = Math.Clamp(value, 0, 1) * (Levels - 1);
        var level = Math.Min((int)position, Levels - 2);
        return (level + above, above == 1 ? position - level : 1 - position + level);
    }
}
