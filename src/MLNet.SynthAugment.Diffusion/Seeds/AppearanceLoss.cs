using MLNet.SynthAugment.Diffusion.Pipelines;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Seeds;

/// <summary>
/// SeedSelect's appearance loss (Samuel et al. 2024): mean((z₀ − centroid)²) over an image's final latents.
/// </summary>
/// <param name="centroid">Mean latents of the reference images, one for all images [1, C, h, w] or one for each, scaled
/// as the UNet sees them; the caller keeps them.</param>
public sealed class AppearanceLoss(Tensor centroid)
{
    /// <summary>The term over the final latents.</summary>
    /// <param name="weight">Factor of the loss.</param>
    public LatentLossTerm Term(double weight) => LatentLossTerm.OnFinalLatents("appearance", Distance, weight);

    /// <summary>The mean squared difference, differentiable.</summary>
    /// <param name="latents">[B, C, h, w].</param>
    /// <returns>[B].</returns>
    /// <exception cref="ArgumentException">The centroid does not have the latents' shape, nor that of one
    /// image's.</exception>
    public Tensor Distance(Tensor latents)
    {
        if (!latents.shape.Skip(1).SequenceEqual(centroid.shape.Skip(1))
            || (centroid.shape[0] != 1 && centroid.shape[0] != latents.shape[0]))
            throw new ArgumentException(
                $"The centroid has shape [{string.Join(", ", centroid.shape)}], the latents "
                    + $"[{string.Join(", ", latents.shape)}]; they must agree but for the batch, which may be 1 for "
                    + "the centroid.");
        using var scope = NewDisposeScope();
        return (latents - centroid.to(latents)).Squared().mean([1L, 2L, 3L]).MoveToOuterDisposeScope();
    }
}
