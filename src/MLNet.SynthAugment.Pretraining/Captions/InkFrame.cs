namespace MLNet.SynthAugment.Pretraining.Captions;

/// <summary>The square around the ink of a drawing of dark lines on light paper.</summary>
/// <param name="Left">Its left side in pixels.</param>
/// <param name="Top">Its upper side in pixels.</param>
/// <param name="Side">Its side in pixels.</param>
internal readonly record struct InkFrame(float Left, float Top, float Side)
{
    private const float FaintestInk = 0.1f;

    /// <summary>Finds the frame; null for a blank page.</summary>
    /// <param name="ink">0 (paper) … 1 (ink), row by row.</param>
    /// <param name="width">Width of the drawing in pixels.</param>
    /// <param name="height">Height of the drawing in pixels.</param>
    public static InkFrame? Find(ReadOnlySpan<float> ink, int width, int height)
    {
        var darkest = 0f;
        foreach (var value in ink)
            darkest = Math.Max(darkest, value);
        if (darkest < FaintestInk)
            return null;
        int left = width, top = height, right = 0, bottom = 0;
        for (var i = 0; i < ink.Length; i++)
        {
            if (ink[i] < darkest / 2)
                continue;
            left = Math.Min(left, i % width);
            right = Math.Max(right, (i % width) + 1);
            top = Math.Min(top, i / width);
            bottom = Math.Max(bottom, (i / width) + 1);
        }
        var side = Math.Max(right - left, bottom - top);
        return new InkFrame((left + right - side) / 2f, (top + bottom - side) / 2f, side);
    }

    /// <summary>How dark each pixel is, 0 … 1.</summary>
    /// <param name="pixels">Rows of red, green, blue.</param>
    public static float[] Ink(ReadOnlySpan<byte> pixels)
    {
        var ink = new float[pixels.Length / 3];
        for (var i = 0; i < ink.Length; i++)
            ink[i] = 1 - ((pixels[3 * i] + pixels[(3 * i) + 1] + pixels[(3 * i) + 2]) / (3 * 255f));
        return ink;
    }
}
