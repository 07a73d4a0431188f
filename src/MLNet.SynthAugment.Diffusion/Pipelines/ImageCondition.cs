using static MLNet.SynthAugment.Diffusion.KeptScalars;
using static TorchSharp.torch;

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
