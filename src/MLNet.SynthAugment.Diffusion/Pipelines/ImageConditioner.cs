using MLNet.SynthAugment.Diffusion.Clip;
using MLNet.SynthAugment.Diffusion.Images;
using MLNet.SynthAugment.Diffusion.Layers;
using MLNet.SynthAugment.Diffusion.Schedulers;
using MLNet.SynthAugment.Diffusion.UNets;

namespace MLNet.SynthAugment.Diffusion.Pipelines;

/// <summary>
/// Images as conditions of a UNet beside the text, in two ways that a model may have each or both: the CLIP embedding
/// of an image, noised to a level (Stable unCLIP; Ramesh et al. 2022), and its latents joined to the channels that are
/// denoised (InstructPix2Pix; Brooks et al. 2023). A condition that is dropped is zeros, as in both.
/// </summary>
public sealed class ImageConditioner
{
    /// <summary>The stream of the noise that is added to an image embedding.</summary>
    public const string EmbeddingStream = "image embedding";

    // As many as go through an encoder at once.
    private const int ImagesAtOnce = 4;

    private readonly LatentDiffusionModel _model;
    private readonly Lazy<Scheduler> _noisingScheduler;

    /// <summary>Makes a conditioner over a model, which the caller keeps; it may be of any kind.</summary>
    /// <param name="model">The model.</param>
    public ImageConditioner(LatentDiffusionModel model)
    {
        _model = model;
        TakesEmbeddings = PipelineFit.TakesImageEmbeddings(model);
        TakesLatents = PipelineFit.TakesImageLatents(model);
        _noisingScheduler = new(
            () => Scheduler.Create(model.ImageNoisingSchedulerConfig ?? throw Lacks("image_noising_scheduler")));
    }

    /// <summary>Whether the UNet takes CLIP image embeddings, as Stable unCLIP's does.</summary>
    public bool TakesEmbeddings { get; }

    /// <summary>
    /// Whether the UNet takes an image's latents joined to its input channels, as InstructPix2Pix's does.
    /// </summary>
    public bool TakesLatents { get; }

    /// <summary>Whether the UNet takes images in one of the two ways.</summary>
    public bool TakesImages => TakesEmbeddings || TakesLatents;

    private StableUnClipImageNormalizer Normalizer => _model.ImageNormalizer ?? throw Lacks("image_normalizer");

    /// <summary>
    /// Encodes images in all the ways that the model takes, without gradients. Nothing random is in it.
    /// </summary>
    /// <param name="images">B images of any size, at least one; they are not changed.</param>
    /// <param name="height">Height in pixels of the images to be made; null for
    /// <see cref="LatentDiffusionModel.ImageSize"/>.</param>
    /// <param name="width">Width in pixels, likewise.</param>
    /// <param name="fit">How an image comes to that size for its latents.</param>
    /// <returns>What the caller disposes, on the model's device in float32.</returns>
    /// <exception cref="ArgumentException">There is no image, or a size is no multiple of the autoencoder's
    /// factor.</exception>
    /// <exception cref="InvalidOperationException">The model takes no images, or lacks its image encoder.</exception>
    public ImageCondition Encode(
        IReadOnlyList<Image<Rgb24>> images, int? height = null, int? width = null, ImageFit fit = ImageFit.Crop)
    {
        if (!TakesImages)
            throw new InvalidOperationException(
                "This model's UNet takes no images, neither CLIP embeddings nor joined latents; use a Stable unCLIP "
                    + "or InstructPix2Pix model, or the embedded one.");
        if (images.Count == 0)
            throw new ArgumentException("There is no image to encode.", nameof(images));
        using var gradientMode = no_grad();
        using var scope = NewDisposeScope();
        var chunks = images.Chunk(ImagesAtOnce).ToList();
        return new ImageCondition
        {
            Embeddings = TakesEmbeddings ? cat([.. chunks.Select(Embed)]).MoveToOuterDisposeScope() : null,
            Latents = TakesLatents
                ? cat([.. chunks.Select(chunk => LatentsOf(chunk, height, width, fit))]).MoveToOuterDisposeScope()
                : null,
        };
    }

    /// <summary>
    /// What the UNet sees of image embeddings: normalised, noised, brought back, and followed by the embedding of the
    /// noise level.
    /// </summary>
    /// <param name="embeddings">[B, E].</param>
    /// <param name="noise">Unit normal noise of the same shape.</param>
    /// <param name="noiseLevels">A timestep of the image-noising schedule for each row.</param>
    /// <returns>float32 [B, 2E].</returns>
    /// <exception cref="ArgumentException">A shape does not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such level.</exception>
    /// <exception cref="InvalidOperationException">The model has no image_normalizer or no
    /// image_noising_scheduler.</exception>
    public Tensor ClassLabels(Tensor embeddings, Tensor noise, IReadOnlyList<long> noiseLevels)
    {
        noiseLevels.ToList().ForEach(RequireKnownLevel);
        using var scope = NewDisposeScope();
        var normal = Normalizer.Scale(embeddings.to(ScalarType.Float32));
        var noised = Normalizer.Unscale(_noisingScheduler.Value.AddNoise(normal, noise, noiseLevels));
        var levels = tensor(noiseLevels.Select(level => (float)level).ToArray(), device: noised.device);
        var level = Timesteps.Embed(levels, Normalizer.EmbeddingDim, cosineFirst: true, frequencyShift: 0);
        return cat([noised, level], 1).MoveToOuterDisposeScope();
    }

    /// <summary>Adds image conditions to a text's conditioning; the unconditional half of guidance gets none.</summary>
    /// <param name="text">B rows.</param>
    /// <param name="images">B image conditions of one row, null where dropped.</param>
    /// <param name="noise">Asked for <see cref="EmbeddingStream"/> if an embedding is given.</param>
    /// <param name="noiseLevel">A timestep of the image-noising schedule.</param>
    /// <param name="height">Height of the images to be made, in pixels.</param>
    /// <param name="width">Width, likewise.</param>
    /// <returns>Tensors of the current dispose scope.</returns>
    /// <exception cref="ArgumentException">An image condition does not fit the model or the size.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such level.</exception>
    public Conditioning AddTo(
        Conditioning text, IReadOnlyList<ImageCondition?> images, NoiseSource noise, int noiseLevel, long height,
        long width)
    {
        var isGiven = images.Any(image => image is not null);
        if (!TakesImages)
            return isGiven ? throw new ArgumentException(
                "A request has an image condition, but this model's UNet takes no images: leave "
                    + "ImageRequest.ImageCondition out.") : text;
        if (TakesEmbeddings)
        {
            var labels = Labels(images, noise, noiseLevel);
            var unconditional = (text.NegativeConditions ?? text.Conditions
                ?? new UNetConditions()) with
            { ClassLabels = zeros_like(labels) };
            text = text with
            {
                Conditions = (text.Conditions ?? new UNetConditions()) with { ClassLabels = labels },
                NegativeConditions = unconditional,
            };
        }
        if (TakesLatents)
        {
            var channels = JoinedLatents(images, height / _model.Vae.ScaleFactor, width / _model.Vae.ScaleFactor);
            text = text with { ExtraChannels = channels, NegativeExtraChannels = zeros_like(channels) };
        }
        return text with { HasImages = isGiven };
    }

    /// <summary>The class labels of rows, zeros where the embedding is dropped.</summary>
    internal Tensor Labels(IReadOnlyList<ImageCondition?> images, NoiseSource noise, int noiseLevel)
    {
        using var scope = NewDisposeScope();
        var labels = zeros([images.Count, PipelineFit.ClassLabelWidth(_model.UNet.Config)], ScalarType.Float32,
            _model.Device);
        var given = Enumerable.Range(0, images.Count).Where(row => images[row]?.Embeddings is not null).ToArray();
        if (given.Length == 0)
            return labels.MoveToOuterDisposeScope();
        foreach (var row in given)
            ShapeCheck.Require("image embeddings of a request", images[row]!.Embeddings!, 1, Normalizer.EmbeddingDim);
        var embeddings = cat([.. given.Select(row => images[row]!.Embeddings!)]);
        var rows = tensor(given.Select(row => (long)row).ToArray(), device: _model.Device);
        var rowNoise = noise(EmbeddingStream, [Normalizer.EmbeddingDim]).index_select(0, rows);
        return labels.index_copy(0, rows, ClassLabels(embeddings, rowNoise, [.. given.Select(_ => (long)noiseLevel)]))
            .MoveToOuterDisposeScope();
    }

    /// <summary>The joined latents of rows, zeros where they are dropped.</summary>
    internal Tensor JoinedLatents(IReadOnlyList<ImageCondition?> images, long height, long width)
    {
        using var scope = NewDisposeScope();
        long[] shape = [1, _model.Vae.LatentChannels, height, width];
        return cat([.. images.Select(Row)]).MoveToOuterDisposeScope();

        Tensor Row(ImageCondition? image) =>
            image?.Latents is { } latents ? Fitting(latents) : zeros(shape, ScalarType.Float32, _model.Device);

        Tensor Fitting(Tensor latents) => latents.shape.SequenceEqual(shape)
            ? latents
            : throw new ArgumentException(
                $"An image condition has latents of shape [{string.Join(", ", latents.shape)}], but this run needs "
                    + $"[{string.Join(", ", shape)}]: encode the image for the height and width of the images to "
                    + "be made.");
    }

    private Tensor Embed(Image<Rgb24>[] images)
    {
        using var scope = NewDisposeScope();
        if (_model is not { ImageEncoder: { } encoder, ImageProcessor: { } processor })
            throw Lacks("image_encoder");
        return encoder.forward(processor.Preprocess(images, _model.Device)).to(ScalarType.Float32)
            .MoveToOuterDisposeScope();
    }

    // The mode of the posterior, so that an image always gives the same condition.
    private Tensor LatentsOf(Image<Rgb24>[] images, int? height, int? width, ImageFit fit)
    {
        using var scope = NewDisposeScope();
        var pixels = new VaeImageProcessor(_model.Vae.ScaleFactor).ToTensor(
            images, height ?? _model.ImageSize, width ?? _model.ImageSize, fit, _model.Device);
        var scale = _model.HasUnscaledImageLatents ? 1 : _model.Vae.ScalingFactor;
        return (_model.Vae.Encode(pixels).Mean.to(ScalarType.Float32) * Kept(scale)).MoveToOuterDisposeScope();
    }

    private void RequireKnownLevel(long noiseLevel)
    {
        var last = _noisingScheduler.Value.Config.NumTrainTimesteps - 1;
        if (noiseLevel < 0 || noiseLevel > last)
            throw new ArgumentOutOfRangeException(
                nameof(SamplingOptions.ImageNoiseLevel), noiseLevel, $"This model knows the noise levels 0 to {last}.");
    }

    private static InvalidOperationException Lacks(string part) =>
        new($"The model has no {part}, which image embeddings need.");
}
