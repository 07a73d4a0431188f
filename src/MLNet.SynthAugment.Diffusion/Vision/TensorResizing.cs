using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace MLNet.SynthAugment.Diffusion.Vision;

/// <summary>
/// Resizing of image tensors, differentiable, as torch's <c>interpolate</c> with <c>align_corners</c> off: without rounding
/// and without clamping, so that values may leave the range of the input. For images that are stored or shown,
/// <see cref="ImageResizing"/> is the right one.
/// </summary>
public static class TensorResizing
{
    // Keys 1981: torch takes another parameter with antialiasing than without.
    private const double Cubic = -0.75;
    private const double AntialiasedCubic = -0.5;
    private const double CubicRadius = 2;

    /// <summary>Cubic interpolation.</summary>
    /// <param name="images">[B, C, H, W], floating point.</param>
    /// <param name="height">New height, at least 1.</param>
    /// <param name="width">New width, at least 1.</param>
    /// <param name="antialias">Whether the kernel is widened when the image shrinks.</param>
    /// <returns>[B, C, height, width].</returns>
    /// <exception cref="ArgumentException">The tensor has another shape, or a size is below 1.</exception>
    public static Tensor Bicubic(Tensor images, long height, long width, bool antialias = false)
    {
        RequireSizes(images, height, width);
        using var scope = NewDisposeScope();
        var rows = Weights(images, images.shape[2], height, antialias);
        var columns = Weights(images, images.shape[3], width, antialias);
        return rows.matmul(images).matmul(columns.t()).MoveToOuterDisposeScope();
    }

    /// <summary>The nearest pixel to the left and above, as torch's mode <c>nearest</c>.</summary>
    /// <inheritdoc cref="Bicubic"/>
    public static Tensor Nearest(Tensor images, long height, long width)
    {
        RequireSizes(images, height, width);
        return F.upsample_nearest2d(images, [height, width]);
    }

    private static void RequireSizes(Tensor images, long height, long width)
    {
        if (images.shape is not [_, _, > 0, > 0])
            throw new ArgumentException($"Resizing needs a tensor [B, C, height, width], not [{string.Join(", ", images.shape)}].", nameof(images));
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
    }

    /// <summary>The matrix [new size, size] whose product with a column of pixels is the resized column.</summary>
    private static Tensor Weights(Tensor like, long size, long newSize, bool antialias)
    {
        var scale = (double)size / newSize;
        var weights = new float[newSize * size];
        for (var i = 0L; i < newSize; i++)
        {
            var row = weights.AsSpan((int)(i * size), (int)size);
            if (antialias)
                FillAntialiased(row, scale * (i + 0.5), Math.Max(scale, 1));
            else
                Fill(row, scale * (i + 0.5) - 0.5);
        }
        return tensor(weights, [newSize, size], dtype: like.dtype, device: like.device);
    }

    // Four neighbours; beyond the border the last pixel is repeated.
    private static void Fill(Span<float> row, double position)
    {
        var first = (int)Math.Floor(position) - 1;
        for (var tap = first; tap < first + 2 * (int)CubicRadius; tap++)
            row[Math.Clamp(tap, 0, row.Length - 1)] += (float)Kernel(position - tap, Cubic);
    }

    // All pixels under the widened kernel; beyond the border nothing counts.
    private static void FillAntialiased(Span<float> row, double centre, double stretch)
    {
        var radius = CubicRadius * stretch;
        var first = Math.Max((int)(centre - radius + 0.5), 0);
        var end = Math.Min((int)(centre + radius + 0.5), row.Length);
        var sum = 0.0;
        for (var tap = first; tap < end; tap++)
            sum += Kernel((tap - centre + 0.5) / stretch, AntialiasedCubic);
        for (var tap = first; tap < end; tap++)
            row[tap] = (float)(Kernel((tap - centre + 0.5) / stretch, AntialiasedCubic) / sum);
    }

    private static double Kernel(double distance, double a)
    {
        var x = Math.Abs(distance);
        return x switch
        {
            <= 1 => ((a + 2) * x - (a + 3)) * x * x + 1,
            < CubicRadius => ((a * x - 5 * a) * x + 8 * a) * x - 4 * a,
            _ => 0,
        };
    }
}
