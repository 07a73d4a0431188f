using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace MLNet.SynthAugment.Methods.Translation;

/// <summary>From the mask of an object to that of what is painted.</summary>
internal static class ObjectMask
{
    private static readonly Rgb24 s_white = new(255, 255, 255);

    /// <summary>White where to paint.</summary>
    /// <param name="mask">White where the object is; grey is rounded.</param>
    /// <param name="mode">What is kept; not <see cref="MaskMode.None"/>.</param>
    /// <param name="growth">By how many pixels the object grows to all sides, corners included (DA-Fusion: 16 at 512
    /// pixels).</param>
    /// <returns>A new image of the mask's size.</returns>
    public static Image<Rgb24> PaintedPart(Image<Rgb24> mask, MaskMode mode, int growth)
    {
        var pixels = new Rgb24[mask.Width * mask.Height];
        mask.CopyPixelDataTo(pixels);
        var isObject = Array.ConvertAll(pixels, pixel => pixel.R + pixel.G + pixel.B >= 3 * 128);
        GrowLines(isObject, mask.Height, mask.Width, mask.Width, 1, growth);
        GrowLines(isObject, mask.Width, 1, mask.Height, mask.Width, growth);
        var painted = Array.ConvertAll(
            isObject, inObject => inObject == (mode == MaskMode.KeepBackground) ? s_white : default);
        return Image.LoadPixelData<Rgb24>(painted.AsSpan(), mask.Width, mask.Height);
    }

    /// <summary>
    /// Grows what is set along lines: rows, whose pixels are 1 apart, or columns, whose pixels are a row apart.
    /// </summary>
    private static void GrowLines(bool[] map, int lines, int lineStride, int length, int stride, int growth)
    {
        var grown = new bool[length];
        for (var line = 0; line < lines; line++)
        {
            Array.Clear(grown);
            for (var i = 0; i < length; i++)
            {
                if (map[line * lineStride + i * stride])
                    Array.Fill(grown, true, Math.Max(i - growth, 0),
                        Math.Min(i + growth + 1, length) - Math.Max(i - growth, 0));
            }
            for (var i = 0; i < length; i++)
                map[line * lineStride + i * stride] = grown[i];
        }
    }
}
