using MLNet.SynthAugment.Diffusion.Clip;
using MLNet.SynthAugment.Diffusion.Images;

namespace MLNet.SynthAugment.Diffusion.Seeds;

/// <summary>
/// What images are to <see cref="SemanticLoss"/> and <see cref="AppearanceLoss"/>: their CLIP features and their
/// latents, at the model's image size. It owns its tensors.
/// </summary>
public sealed class ReferenceImages : IDisposable
{
    private const int ImagesAtOnce = 4;

    private ReferenceImages(Tensor latents, Tensor? features) => (Latents, Features) = (latents, features);

    /// <summary>Mean latents of each image [N, C, h, w], scaled as the UNet sees them.</summary>
    public Tensor Latents { get; }

    /// <summary>CLIP features of length 1, [N, D]; null without a CLIP model.</summary>
    public Tensor? Features { get; }

    /// <summary>Encodes images, a few at a time, without gradients.</summary>
    /// <param name="images">N images of any size, at least one, each opened when it is needed and disposed.</param>
    /// <param name="model">Its autoencoder gives the latents of the images, cut to squares of
    /// <see cref="LatentDiffusionModel.ImageSize"/>.</param>
    /// <param name="clip">Gives the features of these squares; null for none.</param>
    /// <exception cref="ArgumentException">There is no image.</exception>
    public static ReferenceImages Encode(
        IEnumerable<Image<Rgb24>> images, LatentDiffusionModel model, ClipEncoder? clip)
    {
        using var mode = no_grad();
        using var scope = NewDisposeScope();
        var (latents, features) = (new List<Tensor>(), new List<Tensor>());
        foreach (var opened in images.Chunk(ImagesAtOnce))
        {
            using var chunkScope = NewDisposeScope();
            var pixels = new VaeImageProcessor(model.Vae.ScaleFactor).ToTensor(
                opened, model.ImageSize, model.ImageSize, ImageFit.Crop, model.Device);
            DisposeAll(opened);
            latents.Add((model.Vae.Encode(pixels).Mean.to(ScalarType.Float32) * Kept(
                model.Vae.ScalingFactor)).MoveToOuterDisposeScope());
            if (clip is null)
                continue;
            // The features of what the model could show at best, not of finer detail.
            var squares = ImageTensors.ToImages(pixels);
            features.Add(clip.EncodeImages(squares).MoveToOuterDisposeScope());
            DisposeAll(squares);
        }
        if (latents.Count == 0)
            throw new ArgumentException("There is no reference image.", nameof(images));
        return new ReferenceImages(
            cat(latents).DetachFromDisposeScope(), clip is null ? null : cat(features).DetachFromDisposeScope());
    }

    /// <summary>Means of the features: of all images together, or of samples of them.</summary>
    /// <param name="weights">Each image's share in each mean [B, N], on the tensors' device; a row's sum is 1.</param>
    /// <returns>[B, D].</returns>
    /// <exception cref="InvalidOperationException">There are no features.</exception>
    public Tensor FeatureCentroids(Tensor weights) =>
        weights.matmul(Features
            ?? throw new InvalidOperationException(
            "The reference images were encoded without a CLIP model, so they have no features."));

    /// <summary>Means of the latents, likewise.</summary>
    /// <param name="weights">[B, N].</param>
    /// <returns>[B, C, h, w].</returns>
    public Tensor LatentCentroids(Tensor weights)
    {
        using var scope = NewDisposeScope();
        return weights.matmul(Latents.flatten(1)).reshape([weights.shape[0], .. Latents.shape[1..]])
            .MoveToOuterDisposeScope();
    }

    /// <summary>Frees the tensors.</summary>
    public void Dispose()
    {
        Latents.Dispose();
        Features?.Dispose();
    }

    private static void DisposeAll(IEnumerable<Image<Rgb24>> images)
    {
        foreach (var image in images)
            image.Dispose();
    }
}
