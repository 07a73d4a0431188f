using MLNet.SynthAugment.Diffusion.Schedulers;
using MLNet.SynthAugment.Diffusion.UNets;
using MLNet.SynthAugment.Diffusion.Vision;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;
using static MLNet.SynthAugment.Diffusion.Layers.Concatenation;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Pipelines;

/// <summary>
/// Images to variations of them with Stable unCLIP (Ramesh et al. 2022): the UNet sees the CLIP embedding of an image, noised to a
/// level, beside a prompt.
/// </summary>
public sealed class ImageVariationPipeline : DiffusionPipeline
{
    /// <summary>The stream of the noise that is added to an image embedding.</summary>
    public const string EmbeddingStream = "image embedding";

    private readonly Scheduler _noisingScheduler;
    private readonly StableUnClipImageNormalizer _normalizer;

    /// <summary>Makes a pipeline over a model, which the caller keeps.</summary>
    /// <param name="model">The model; adapters attached to it or merged into it take effect.</param>
    /// <param name="scheduler">The sampler; the model's own if not given.</param>
    /// <param name="log">Gets one sentence if the model's own sampler is not available, and one for each prompt that is cut.</param>
    /// <exception cref="ArgumentException">The model is of another kind; the message names the pipeline for it.</exception>
    public ImageVariationPipeline(LatentDiffusionModel model, Scheduler? scheduler = null, Action<string>? log = null)
        : base(model, scheduler, log)
    {
        PipelineFit.RequireImageVariation(model, nameof(ImageVariationPipeline));
        if (model is not { ImageNormalizer: { } normalizer, ImageNoisingSchedulerConfig: { } noising })
            throw new ArgumentException("The model has no image_normalizer or no image_noising_scheduler, which image variation needs.", nameof(model));
        _normalizer = normalizer;
        _noisingScheduler = Scheduler.Create(noising, log);
    }

    /// <summary>Makes one image a request.</summary>
    /// <param name="requests">The requests, at least one.</param>
    /// <param name="options">Steps, guidance, noise level and size; by default images are <see cref="LatentDiffusionModel.ImageSize"/> squared.</param>
    /// <param name="progress">Told after each step.</param>
    /// <param name="onStep">Called after each step with the latents, and with a preview if it asks for one.</param>
    /// <param name="cancellationToken">Looked at before each step.</param>
    /// <returns>Images in the order of the requests; the caller owns them.</returns>
    /// <exception cref="ArgumentException">There is no request, or a setting is out of range.</exception>
    /// <exception cref="InvalidOperationException">The model has no image encoder, or it overflowed.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public IReadOnlyList<Image<Rgb24>> Generate(
        IReadOnlyList<ImageVariationRequest> requests,
        ImageVariationOptions options,
        IProgress<SamplingProgress>? progress = null,
        Action<SamplingStep>? onStep = null,
        CancellationToken cancellationToken = default)
    {
        return Run(requests, options, progress, onStep, (noise, report) =>
        {
            var (height, width) = ImageProcessor.SizeOrDefault(options.Height, options.Width, Model.ImageSize);
            return Sample(Embed(requests), TextConditioning(requests, options, height, width), noise, options, report, cancellationToken);
        });
    }

    /// <summary>The same from embeddings to latents.</summary>
    /// <param name="imageEmbeddings">CLIP image embeddings [B, E], not noised.</param>
    /// <param name="conditioning">B rows of text embeddings; the image embeddings are added to it.</param>
    /// <param name="noise">Asked for <see cref="EmbeddingStream"/>, <see cref="RequestNoise.Latents"/> and, by some samplers, each step's noise.</param>
    /// <param name="options">Steps, guidance, noise level and size.</param>
    /// <param name="onStep">Called after each step.</param>
    /// <param name="cancellationToken">Looked at before each step.</param>
    /// <returns>Latents for <see cref="DiffusionPipeline.Decode"/>.</returns>
    /// <exception cref="ArgumentException">A shape does not fit, or a setting is out of range.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public Tensor Sample(
        Tensor imageEmbeddings,
        Conditioning conditioning,
        NoiseSource noise,
        ImageVariationOptions options,
        Action<SamplingStep>? onStep = null,
        CancellationToken cancellationToken = default)
    {
        options.Validate();
        using var gradientMode = no_grad();
        using var scope = NewDisposeScope();
        var (height, width) = ImageProcessor.SizeOrDefault(options.Height, options.Width, Model.ImageSize);
        var labels = ClassLabels(imageEmbeddings, noise(EmbeddingStream, [_normalizer.EmbeddingDim]), options.NoiseLevel);
        var steered = conditioning with
        {
            Conditions = new UNetConditions { ClassLabels = labels },
            NegativeConditions = new UNetConditions { ClassLabels = zeros_like(labels) },
        };
        var start = Sampler.StartFromNoise(noise(RequestNoise.Latents, LatentShape(height, width)), options.Steps);
        return Denoise(start, steered, noise, options, onStep, cancellationToken).MoveToOuterDisposeScope();
    }

    /// <summary>What the UNet sees of image embeddings: normalised, noised, brought back, and followed by the embedding of the noise level.</summary>
    /// <param name="imageEmbeddings">[B, E].</param>
    /// <param name="noise">Unit normal noise of the same shape.</param>
    /// <param name="noiseLevel">A timestep of the image-noising schedule.</param>
    /// <returns>float32 [B, 2E].</returns>
    /// <exception cref="ArgumentException">A shape does not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such level.</exception>
    public Tensor ClassLabels(Tensor imageEmbeddings, Tensor noise, int noiseLevel)
    {
        if (noiseLevel < 0 || noiseLevel >= _noisingScheduler.Config.NumTrainTimesteps)
            throw new ArgumentOutOfRangeException(nameof(noiseLevel), noiseLevel, $"This model knows the noise levels 0 to {_noisingScheduler.Config.NumTrainTimesteps - 1}.");
        using var scope = NewDisposeScope();
        var (batch, width) = (imageEmbeddings.shape[0], _normalizer.EmbeddingDim);
        var normal = _normalizer.Scale(imageEmbeddings.to(ScalarType.Float32));
        var noised = _normalizer.Unscale(_noisingScheduler.AddNoise(normal, noise, [.. Enumerable.Repeat((long)noiseLevel, (int)batch)]));
        var level = Timesteps.Embed(full([batch], noiseLevel, ScalarType.Float32, noised.device), width, cosineFirst: true, frequencyShift: 0);
        return Concatenate([noised, level], 1).MoveToOuterDisposeScope();
    }

    private Tensor Embed(IReadOnlyList<ImageVariationRequest> requests)
    {
        var first = Embed(requests.Select(request => request.Image));
        if (requests.All(request => request.SecondImage is null))
            return first;
        if (requests.FirstOrDefault(request => request.Mix is not (>= 0 and <= 1)) is { } odd)
            throw new ArgumentOutOfRangeException(nameof(ImageVariationRequest.Mix), odd.Mix, "It must be 0 (the first image) to 1 (the second).");
        var second = Embed(requests.Select(request => request.SecondImage ?? request.Image));
        return SphericalInterpolation.Between(first, second, tensor(requests.Select(request => (float)request.Mix).ToArray(), device: Model.Device));
    }

    private Tensor Embed(IEnumerable<Image<Rgb24>> images)
    {
        if (Model is not { ImageEncoder: { } encoder, ImageProcessor: { } processor })
            throw new InvalidOperationException("The model has no image_encoder, which turns images into embeddings.");
        return encoder.forward(processor.Preprocess([.. images], Model.Device)).to(ScalarType.Float32);
    }
}
