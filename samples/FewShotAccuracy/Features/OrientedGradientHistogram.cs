namespace FewShotAccuracy.Features;

/// <summary>
/// Histograms of oriented gradients (Dalal and Triggs, CVPR 2005): a cell's histogram of gradient directions, each block of
/// 2×2 cells scaled to unit length. No training data goes into it, so it is the same for every arm.
/// </summary>
/// <param name="side">Side of the square image in pixels; a multiple of <paramref name="cell"/>.</param>
/// <param name="cell">Side of a cell in pixels.</param>
/// <param name="bins">Directions a cell distinguishes, over 180° (a stroke's two edges count alike).</param>
public sealed class OrientedGradientHistogram(int side, int cell, int bins)
{
    /// <summary>The clipping of strong directions after the first scaling ("L2-Hys" in the paper).</summary>
    private const float Clip = 0.2f;

    private readonly int _cells = side / cell;

    public int Length => (_cells - 1) * (_cells - 1) * 4 * bins;

    /// <param name="planes">The image's red, green and blue planes, side·side values each.</param>
    /// <param name="features">Receives <see cref="Length"/> values.</param>
    public void Compute(ReadOnlySpan<float> planes, Span<float> features)
    {
        var histograms = new float[_cells * _cells * bins];
        for (var y = 0; y < side; y++)
        {
            for (var x = 0; x < side; x++)
            {
                var (dx, dy) = StrongestGradient(planes, x, y);
                Vote(histograms, x, y, dx, dy);
            }
        }
        Normalise(histograms, features);
    }

    /// <summary>The gradient of the colour plane where it is largest, as the paper does for colour images.</summary>
    private (float Dx, float Dy) StrongestGradient(ReadOnlySpan<float> planes, int x, int y)
    {
        var best = (Dx: 0f, Dy: 0f);
        var strongest = -1f;
        for (var plane = 0; plane < 3; plane++)
        {
            var values = planes.Slice(plane * side * side, side * side);
            var dx = values[y * side + Math.Min(x + 1, side - 1)] - values[y * side + Math.Max(x - 1, 0)];
            var dy = values[Math.Min(y + 1, side - 1) * side + x] - values[Math.Max(y - 1, 0) * side + x];
            var strength = dx * dx + dy * dy;
            if (strength <= strongest)
                continue;
            strongest = strength;
            best = (dx, dy);
        }
        return best;
    }

    /// <summary>Shares a gradient's magnitude among the two nearest directions and the four nearest cells, linearly.</summary>
    private void Vote(float[] histograms, int x, int y, float dx, float dy)
    {
        var magnitude = MathF.Sqrt(dx * dx + dy * dy);
        if (magnitude == 0)
            return;
        var direction = MathF.Atan2(dy, dx) / MathF.PI;
        var bin = (direction < 0 ? direction + 1 : direction) * bins - 0.5f;
        var column = (x + 0.5f) / cell - 0.5f;
        var row = (y + 0.5f) / cell - 0.5f;
        var (bin0, column0, row0) = ((int)MathF.Floor(bin), (int)MathF.Floor(column), (int)MathF.Floor(row));
        for (var corner = 0; corner < 8; corner++)
        {
            var (b, c, r) = (bin0 + (corner & 1), column0 + ((corner >> 1) & 1), row0 + (corner >> 2));
            if (c < 0 || c >= _cells || r < 0 || r >= _cells)
                continue;
            var share = (1 - MathF.Abs(bin - b)) * (1 - MathF.Abs(column - c)) * (1 - MathF.Abs(row - r));
            histograms[(r * _cells + c) * bins + (b + bins) % bins] += magnitude * share;
        }
    }

    private void Normalise(float[] histograms, Span<float> features)
    {
        for (var row = 0; row < _cells - 1; row++)
        {
            for (var column = 0; column < _cells - 1; column++)
            {
                var block = features.Slice((row * (_cells - 1) + column) * 4 * bins, 4 * bins);
                var upper = histograms.AsSpan((row * _cells + column) * bins, 2 * bins);
                var lower = histograms.AsSpan(((row + 1) * _cells + column) * bins, 2 * bins);
                upper.CopyTo(block);
                lower.CopyTo(block[(2 * bins)..]);
                ScaleToUnitLength(block);
                foreach (ref var value in block)
                    value = MathF.Min(value, Clip);
                ScaleToUnitLength(block);
            }
        }
    }

    private static void ScaleToUnitLength(Span<float> block)
    {
        var sum = 1e-6f;
        foreach (var value in block)
            sum += value * value;
        var scale = 1 / MathF.Sqrt(sum);
        foreach (ref var value in block)
            value *= scale;
    }
}
