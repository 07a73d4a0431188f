namespace Microsoft.ML.Data;

/// <summary>Colours times alpha, the form in which images hold partly transparent pixels; files hold plain colours.</summary>
internal static class PremultipliedAlpha
{
    public static byte[] Apply(byte[] pixels)
    {
        for (var i = 0; i < pixels.Length; i += 4)
        {
            var alpha = pixels[i + 3];
            if (alpha == 255)
                continue;
            for (var c = i; c < i + 3; c++)
                pixels[c] = (byte)((pixels[c] * alpha + 127) / 255);
        }

        return pixels;
    }

    public static byte[] Remove(byte[] pixels)
    {
        var straight = (byte[])pixels.Clone();
        for (var i = 0; i < straight.Length; i += 4)
        {
            var alpha = straight[i + 3];
            if (alpha is 0 or 255)
                continue;
            for (var c = i; c < i + 3; c++)
                straight[c] = (byte)Math.Min(255, (straight[c] * 255 + alpha / 2) / alpha);
        }

        return straight;
    }
}
