using MLNet.SynthAugment.Diffusion.Schedulers;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Pipelines;

/// <summary>
/// Images to similar images (Meng et al. 2022, SDEdit): an image's latents are noised as far as the strength says and
/// denoised again under a prompt.
/// </summary>
public sealed class ImageToImagePipeline : DiffusionPipeline
{
    /// <summary>The stream of the noise that samples an image's latents from the autoencoder's posterior.</summary>
    public const string ImageStream = "image";

    /// <summary>The same for the second image of a request.</summary>
    public const string SecondImageStream = "second image";

    /// <summary>Makes a pipeline over a model, which the caller keeps.</summary>
    /// <param name="model">The model; adapters attached to it or merged into it take effect.</param>
    /// <param name="scheduler">The sampler; the model's own if not given.</param>
    /// <param name="log">Gets one sentence if the model's own sampler is not available, and one for each prompt that is
    /// cut.</param>
    /// <exception cref="ArgumentException">The model is of another kind; the message names the pipeline for
    /// it.</exception>
    public ImageToImagePipeline(LatentDiffusionModel model, Scheduler? scheduler = null, Action<string>? log = null)
        : base(model, scheduler, log) => PipelineFit.RequirePlain(model, nameof(ImageToImagePipeline));

    /// <summary>Makes one image a request.</summary>
    /// <param name="requests">The requests, at least one, whose images come out in one size.</param>
    /// <param name="options">Steps, guidance, strength and size.</param>
    /// <param name="progress">Told after each step.</param>
    /// <param name="onStep">Called after each step with the latents, and with a preview if it asks for one.</param>
    /// <param name="cancellationToken">Looked at before each step.</param>
    /// <returns>Images in the order of the requests; the caller owns them.</returns>
    /// <exception cref="ArgumentException">There is no request, sizes do not fit, or a setting is out of
    /// range.</exception>
    /// <exception cref="InvalidOperationException">The model overflowed.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public IReadOnlyList<Image<Rgb24>> Generate(
        IReadOnlyList<ImageToImageRequest> requests,
        ImageToImageOptions options,
        IProgress<SamplingProgress>? progress = null,
        Action<SamplingStep>? onStep = null,
        CancellationToken cancellationToken = default)
    {
        return Run(requests, options, progress, onStep, (noise, report) =>
        {
            var images = ToTensor(request => request.Image);
            var conditioning = ConditioningOf(requests, options, images.shape[2], images.shape[3], noise);
            return requests.All(request => request.SecondImage is null)
                ? Sample(images, conditioning, noise, options, report, cancellationToken)
                : SampleFrom(Mixed(images, noise), conditioning, noise, options, report, cancellationToken);
        });

        Tensor ToTensor(Func<ImageToImageRequest, Image<Rgb24>> imageOf) =>
            ImageProcessor.ToTensor(
                [.. requests.Select(imageOf)], options.Height, options.Width, options.Fit, Model.Device);

        Tensor Mixed(Tensor images, NoiseSource noise)
        {
            if (requests.FirstOrDefault(request => request.Mix is not (>= 0 and <= 1)) is { } odd)
                throw new ArgumentOutOfRangeException(
                    nameof(ImageToImageRequest.Mix), odd.Mix, "It must be 0 (the first image) to 1 (the second).");
            var shape = LatentShape(images.shape[2], images.shape[3]);
            var second = Encode(ToTensor(request => request.SecondImage ?? request.Image),
                noise(SecondImageStream, shape));
            var shares = tensor(requests.Select(request => request.SecondImage is null ? 0 : (float)request.Mix)
                .ToArray(), [requests.Count, 1, 1, 1], device: Model.Device);
            return (Encode(images, noise(ImageStream, shape)) * shares.SubtractedFrom(1)).Plus(second * shares);
        }
    }

    /// <summary>The same from image tensors and embeddings to latents.</summary>
    /// <param name="images">[B, 3, H, W], −1 to 1, both sides multiples of the autoencoder's factor.</param>
    /// <param name="conditioning">B rows of text embeddings and, for SDXL, conditions.</param>
    /// <param name="noise">Asked for <see cref="ImageStream"/>, <see cref="RequestNoise.Latents"/> and, by some
    /// samplers, each step's noise.</param>
    /// <param name="options">Steps, guidance and strength; the size is that of the images.</param>
    /// <param name="onStep">Called after each step.</param>
    /// <param name="cancellationToken">Looked at before each step.</param>
    /// <returns>Latents for <see cref="DiffusionPipeline.Decode"/>.</returns>
    /// <exception cref="ArgumentException">A shape does not fit, or a setting is out of range.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public Tensor Sample(
        Tensor images,
        Conditioning conditioning,
        NoiseSource noise,
        ImageToImageOptions options,
        Action<SamplingStep>? onStep = null,
        CancellationToken cancellationToken = default)
    {
        options.Validate();
        using var gradientMode = no_grad();
        using var scope = NewDisposeScope();
        ImageProcessor.RequireBatch(images, "images", 3);
        var latents = Encode(images, noise(ImageStream, LatentShape(images.shape[2], images.shape[3])));
        return SampleFrom(latents, conditioning, noise, options, onStep, cancellationToken).MoveToOuterDisposeScope();
    }

    private Tensor SampleFrom(
        Tensor latents, Conditioning conditioning, NoiseSource noise, ImageToImageOptions options,
        Action<SamplingStep>? onStep, CancellationToken cancellationToken)
    {
        using var scope = NewDisposeScope();
        Scheduler.SetTimesteps(options.Steps);
        var start = Scheduler.AddNoiseAtStep(
            latents, noise(RequestNoise.Latents, latents.shape[1..]), options.FirstStep);
        return Denoise(start, conditioning, noise, options, onStep, cancellationToken, options.FirstStep)
            .MoveToOuterDisposeScope();
    }
}
