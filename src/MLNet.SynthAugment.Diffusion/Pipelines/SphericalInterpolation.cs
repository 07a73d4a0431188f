using static MLNet.SynthAugment.Diffusion.KeptScalars;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Pipelines;

/// <summary>
/// Interpolation along the great circle (Shoemake 1985), for embeddings whose direction matters more than their length.
/// </summary>
public static class SphericalInterpolation
{
    // Below this angle the sines cancel; the arc is straight there.
    private const double LargestCosine = 0.9995;

    /// <summary>
    /// sin((1−t)·ω)/sin ω · first + sin(t·ω)/sin ω · second, with ω the angle between the two, row by row.
    /// </summary>
    /// <param name="first">[B, D].</param>
    /// <param name="second">Of the same shape.</param>
    /// <param name="mix">t of each row, [B], 0 (the first) to 1 (the second).</param>
    /// <returns>[B, D].</returns>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static Tensor Between(Tensor first, Tensor second, Tensor mix)
    {
        if (first.dim() != 2 || !first.shape.SequenceEqual(second.shape) || !mix.shape.SequenceEqual([first.shape[0]]))
            throw new ArgumentException(
                $"The embeddings have shapes [{string.Join(", ", first.shape)}] and "
                    + $"[{string.Join(", ", second.shape)}], the mix [{string.Join(", ", mix.shape)}]; [B, D] twice "
                    + "and [B] are expected.");
        using var scope = NewDisposeScope();
        var t = mix.unsqueeze(1);
        var cosine = nn.functional.cosine_similarity(first, second).unsqueeze(1);
        var angle = cosine.clamp(Kept(-LargestCosine), Kept(LargestCosine)).acos();
        var isStraight = cosine.abs() > Kept(LargestCosine);
        var firstWeight = where(isStraight, t.SubtractedFrom(1), (t.SubtractedFrom(1) * angle).sin() / angle.sin());
        var secondWeight = where(isStraight, t, (t * angle).sin() / angle.sin());
        return (firstWeight * first).Plus(secondWeight * second).MoveToOuterDisposeScope();
    }
}
