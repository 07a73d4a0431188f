namespace Microsoft.ML.Data;

/// <summary>
/// Resizes as the real package does: nearest pixel when stretching, else bilinear between the four nearest (not antialiased)
/// into a rectangle of the canvas, cut off or padded with transparent black.
/// </summary>
internal static class ImageResampler
{
    public static MLImage Stretch(MLImage source, int width, int height)
    {
        var from = source.Pixels;
        var to = new byte[width * height * 4];
        for (var y = 0; y < height; y++)
        {
            var row = NearestIndex(y, height, source.Height) * source.Width;
            for (var x = 0; x < width; x++)
                from.Slice((row + NearestIndex(x, width, source.Width)) * 4, 4).CopyTo(to.AsSpan((y * width + x) * 4));
        }

        return new MLImage(width, height, source.PixelFormat, to);
    }

    /// <summary>Draws the whole source into the given rectangle of a new canvas.</summary>
    public static MLImage Draw(MLImage source, int width, int height, (int X, int Y, int Width, int Height) target)
    {
        var from = source.Pixels;
        var (red, blue) = source.RedAndBlue;
        Span<int> order = [blue, 1, red, 3];
        var to = new byte[width * height * 4];
        for (var y = Math.Max(0, target.Y); y < Math.Min(height, target.Y + target.Height); y++)
        {
            var vertical = Tap.At(y - target.Y, target.Height, source.Height);
            for (var x = Math.Max(0, target.X); x < Math.Min(width, target.X + target.Width); x++)
            {
                var horizontal = Tap.At(x - target.X, target.Width, source.Width);
                for (var c = 0; c < 4; c++)
                {
                    var top = horizontal.Mix(from, vertical.First * source.Width, order[c]);
                    var bottom = horizontal.Mix(from, vertical.Second * source.Width, order[c]);
                    to[(y * width + x) * 4 + c] = (byte)(top + (bottom - top) * vertical.Fraction + 0.5f);
                }
            }
        }

        return new MLImage(width, height, MLPixelFormat.Bgra32, to);
    }

    private static int NearestIndex(int position, int size, int sourceSize) => (int)((position + 0.5) * sourceSize / size);

    /// <summary>Two neighbouring pixels and where between them a sample lies; the border repeats.</summary>
    private readonly record struct Tap(int First, int Second, float Fraction)
    {
        public static Tap At(int position, int size, int sourceSize)
        {
            var at = (position + 0.5f) * sourceSize / size - 0.5f;
            var first = (int)MathF.Floor(at);
            return new Tap(Math.Clamp(first, 0, sourceSize - 1), Math.Clamp(first + 1, 0, sourceSize - 1), at - first);
        }

        public float Mix(ReadOnlySpan<byte> pixels, int row, int channel)
        {
            var left = pixels[(row + First) * 4 + channel];
            var right = pixels[(row + Second) * 4 + channel];
            return left + (right - left) * Fraction;
        }
    }
}
