namespace MLNet.SynthAugment.Diffusion.Pipelines;

/// <summary>
/// What a model that takes images is told of B of them; <see cref="ImageConditioner.Encode"/> makes it. A part that is
/// null counts as dropped. The tensors belong to this object.
/// </summary>
public sealed record ImageCondition : IDisposable
{
    /// <summary>CLIP image embeddings [B, E], not noised (Stable unCLIP; Ramesh et al. 2022).</summary>
    public Tensor? Embeddings { get; init; }

    /// <summary>
    /// Latents [B, C, h, w] as the UNet takes them beside those it denoises (InstructPix2Pix; Brooks et al. 2023).
    /// </summary>
    public Tensor? Latents { get; init; }

    /// <summary>One of the images.</summary>
    /// <param name="index">Which, from 0.</param>
    /// <returns>The same tensors narrowed to one row; disposed by the caller.</returns>
    public ImageCondition Row(long index) => new()
    { Embeddings = Embeddings?.narrow(0, index, 1), Latents = Latents?.narrow(0, index, 1) };

    /// <summary>
    /// What lies between two images, row by row: embeddings are interpolated on the sphere (Ramesh et al. 2022, section
    /// 3.2); latents, a mixture of which would be a double exposure, are those of the nearer image.
    /// </summary>
    /// <param name="first">B rows.</param>
    /// <param name="second">B rows of the same kinds.</param>
    /// <param name="mix">Where between the two, [B], 0 (the first) to 1 (the second).</param>
    /// <returns>New tensors, disposed by the caller.</returns>
    /// <exception cref="ArgumentException">Shapes or kinds differ.</exception>
    public static ImageCondition Between(ImageCondition first, ImageCondition second, Tensor mix)
    {
        if (first.Embeddings is null != second.Embeddings is null || first.Latents is null != second.Latents is null)
            throw new ArgumentException(
                "One of the image conditions has embeddings or latents that the other lacks.", nameof(second));
        using var scope = NewDisposeScope();
        return new ImageCondition
        {
            Embeddings = first.Embeddings is null
                ? null : SphericalInterpolation.Between(first.Embeddings, second.Embeddings!, mix)
                    .MoveToOuterDisposeScope(),
            Latents = first.Latents is null
                ? null : where(mix.reshape(-1, 1, 1, 1) < Kept(0.5), first.Latents, second.Latents!)
                    .MoveToOuterDisposeScope(),
        };
    }

    /// <summary>Keeps the tensors when the current dispose scope ends.</summary>
    /// <returns>This object.</returns>
    public ImageCondition DetachFromDisposeScope()
    {
        Embeddings?.DetachFromDisposeScope();
        Latents?.DetachFromDisposeScope();
        return this;
    }

    /// <summary>Frees the tensors.</summary>
    public void Dispose()
    {
        Embeddings?.Dispose();
        Latents?.Dispose();
    }
}

/// <summary>Moves embeddings about within a spread, for variety that stays within a class.</summary>
public static class EmbeddingJitter
{
    /// <summary>
    /// embedding + deviation ⊙ noise, brought back to the embedding's length, row by row: direction is what CLIP's
    /// embeddings carry.
    /// </summary>
    /// <param name="embeddings">[B, E].</param>
    /// <param name="deviations">The standard deviation of each dimension, [E].</param>
    /// <param name="noise">Unit normal noise, [B, E].</param>
    /// <returns>[B, E].</returns>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static Tensor Apply(Tensor embeddings, Tensor deviations, Tensor noise)
    {
        if (embeddings.dim() != 2 || !embeddings.shape.SequenceEqual(noise.shape)
            || !deviations.shape.SequenceEqual([embeddings.shape[1]]))
            throw new ArgumentException(
                $"The embeddings have shape [{string.Join(", ", embeddings.shape)}], the noise "
                    + $"[{string.Join(", ", noise.shape)}], the deviations [{string.Join(", ", deviations.shape)}]; "
                    + "[B, E] twice and [E] are expected.");
        using var scope = NewDisposeScope();
        var moved = embeddings.Plus(deviations * noise);
        var lengths = moved.norm(1, keepdim: true).clamp_min(Kept(float.Epsilon));
        return (moved * (embeddings.norm(1, keepdim: true) / lengths)).MoveToOuterDisposeScope();
    }
}

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
