namespace MLNet.SynthAugment.Pretraining.Drawings;

/// <summary>
/// A photograph once more: bent, and in another light. Two photographs of a class have little in common that a small
/// model could learn from one about the other; trained on such pairs, it draws any photograph's variations as blotches.
/// </summary>
internal static class PhotographVariation
{
    private const float BendStrength = 0.05f;
    private const float ContrastSpread = 0.15f;
    private const float BrightnessSpread = 0.15f;
    private const float ColourSpread = 0.07f;

    /// <summary>Draws it.</summary>
    /// <param name="source">The photograph: rows of red, green, blue.</param>
    /// <param name="sourceSize">Its side in pixels.</param>
    /// <param name="warp">How it was warped the first time.</param>
    /// <param name="random">Varies it.</param>
    /// <param name="destination">Filled with three planes of size × size values −1 … 1.</param>
    /// <param name="size">Side of the result in pixels.</param>
    public static void Draw(
        ReadOnlySpan<byte> source, int sourceSize, Matrix3x2 warp, SeededRandom random, Span<float> destination,
        int size)
    {
        AffineWarp.Apply(source, sourceSize, AffineWarp.ForAligned(random) * warp, destination, size,
            new SmoothBend(random, BendStrength));
        var contrast = MathF.Exp(random.Normal() * ContrastSpread);
        var brightness = random.Normal() * BrightnessSpread;
        var plane = size * size;
        for (var channel = 0; channel < 3; channel++)
        {
            var shift = brightness + (random.Normal() * ColourSpread);
            foreach (ref var value in destination.Slice(channel * plane, plane))
                value = Math.Clamp((contrast * value) + shift, -1, 1);
        }
    }
}
