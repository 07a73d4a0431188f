using MLNet.SynthAugment.Diffusion.Autoencoders;
using MLNet.SynthAugment.Diffusion.Clip;
using MLNet.SynthAugment.Diffusion.Layers;
using MLNet.SynthAugment.Diffusion.Pipelines;

namespace MLNet.SynthAugment.Diffusion.Seeds;

/// <summary>
/// SeedSelect's semantic loss (Samuel et al. 2024): after each of the last steps the latents are decoded, and the
/// distance 1 − cos(image feature, centroid) to the mean feature of reference images is taken.
/// </summary>
public sealed class SemanticLoss
{
    private readonly Autoencoder _autoencoder;
    private readonly ClipVisionModel _imageEncoder;
    private readonly ClipImageProcessor _processor;
    private readonly Tensor _centroid;

    /// <summary>Makes the loss over models and a centroid, which the caller keeps.</summary>
    /// <param name="autoencoder">Decodes the latents.</param>
    /// <param name="imageEncoder">Encodes the images.</param>
    /// <param name="centroid">Mean feature of the references, one for all images [D] or one for each [B, D]; its length
    /// plays no part.</param>
    /// <param name="processor">Mean and standard deviation of the encoder's input; those of CLIP if not given.</param>
    /// <exception cref="ArgumentException">The centroid does not have the width of the encoder's features.</exception>
    public SemanticLoss(Autoencoder autoencoder, ClipVisionModel imageEncoder, Tensor centroid,
        ClipImageProcessor? processor = null)
    {
        var width = imageEncoder.Config.HasProjection
            ? imageEncoder.Config.ProjectionDim : imageEncoder.Config.HiddenSize;
        if (centroid.shape is not ([_] or [_, _]) || centroid.shape[^1] != width)
            throw new ArgumentException(
                $"The centroid has shape [{string.Join(", ", centroid.shape)}], but image features have [{width}].",
                nameof(centroid));
        (_autoencoder, _imageEncoder, _centroid) = (autoencoder, imageEncoder, centroid);
        _processor = processor ?? ClipImageProcessor.For(imageEncoder.Config);
        ScalingFactor = autoencoder.ScalingFactor;
    }

    /// <summary>
    /// What latents are divided by before they are decoded: the autoencoder's own unless set. The paper's code has
    /// 0.18215 for all.
    /// </summary>
    public double ScalingFactor { get; init; }

    /// <summary>The terms over the last steps of a run.</summary>
    /// <param name="stepWeights">Weights of the last steps, earliest first.</param>
    /// <param name="weight">Factor of the whole loss.</param>
    /// <returns>One term a step.</returns>
    public IReadOnlyList<LatentLossTerm> Terms(IReadOnlyList<double> stepWeights, double weight) =>
    [
        .. stepWeights.Select((stepWeight, i) => new LatentLossTerm(
            $"semantic, {stepWeights.Count - i} from the end", stepWeights.Count - i, latents => Distance(latents[0]),
            weight * stepWeight)),
    ];

    /// <summary>1 − cos(feature, centroid), differentiable with respect to the latents.</summary>
    /// <param name="latents">[B, C, h, w], scaled as the UNet sees them.</param>
    /// <returns>[B], float32.</returns>
    /// <exception cref="ArgumentException">There are more centroids than one, and not as many as images.</exception>
    public Tensor Distance(Tensor latents)
    {
        using var frozen = new FrozenParameters(_autoencoder, _imageEncoder);
        using var scope = NewDisposeScope();
        var direction = F.normalize(_centroid.to(ScalarType.Float32, latents.device), dim: -1);
        if (direction.dim() == 2 && direction.shape[0] != latents.shape[0])
            throw new ArgumentException(
                $"There are {direction.shape[0]} centroids for {latents.shape[0]} images; one for each, or one for "
                    + "all, is expected.", nameof(latents));
        return (Features(latents) * direction).sum(-1).SubtractedFrom(1).MoveToOuterDisposeScope();
    }

    /// <summary>Image features of decoded latents, of length 1.</summary>
    /// <param name="latents">[B, C, h, w], scaled as the UNet sees them.</param>
    /// <returns>[B, D], float32.</returns>
    public Tensor Features(Tensor latents)
    {
        using var scope = NewDisposeScope();
        var features = _imageEncoder.forward(EncoderInput(latents)).to(ScalarType.Float32);
        return F.normalize(features).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Decoded latents as the image encoder takes them: clamped to 0..1, squeezed to its size by bicubic interpolation
    /// without antialiasing or rounding, and normalised.
    /// </summary>
    /// <param name="latents">[B, C, h, w], scaled as the UNet sees them.</param>
    /// <returns>[B, 3, S, S].</returns>
    public Tensor EncoderInput(Tensor latents)
    {
        using var scope = NewDisposeScope();
        var size = _imageEncoder.Config.ImageSize;
        var images = (_autoencoder.Decode(latents / Kept(ScalingFactor)).to(ScalarType.Float32) / Kept(2)).Plus(0.5)
            .clamp(Kept(0), Kept(1));
        var resized = F.interpolate(images, [size, size], mode: InterpolationMode.Bicubic, align_corners: false);
        return _processor.Normalize(resized).MoveToOuterDisposeScope();
    }
}

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
