using MLNet.SynthAugment.Diffusion.Images;
using MLNet.SynthAugment.Diffusion.Schedulers;

namespace MLNet.SynthAugment.Diffusion.Pipelines;

/// <summary>
/// What all pipelines share. An image depends on its request, the model and the options, not on the others in its batch
/// (but for rounding). A pipeline makes one batch at a time.
/// </summary>
public abstract class DiffusionPipeline
{
    // The autoencoder needs far more memory a row than denoising.
    private const int ImagesAtOnce = 4;

    private readonly ConditioningEncoder _conditionings;

    /// <summary>Makes a pipeline over a model, which the caller keeps.</summary>
    /// <param name="model">The model; adapters attached to it or merged into it take effect.</param>
    /// <param name="scheduler">The sampler; the model's own if not given.</param>
    /// <param name="log">Gets one sentence if the model's own sampler is not available, and one for each prompt that is
    /// cut.</param>
    /// <exception cref="ArgumentException">The model is of another kind; the message names the pipeline for
    /// it.</exception>
    private protected DiffusionPipeline(LatentDiffusionModel model, Scheduler? scheduler, Action<string>? log)
    {
        Model = model;
        Scheduler = scheduler ?? Scheduler.Create(model.SchedulerConfig, log);
        ImageProcessor = new VaeImageProcessor(model.Vae.ScaleFactor);
        _conditionings = new ConditioningEncoder(model, log);
    }

    /// <summary>The model, which the caller keeps. Adapters attached to it or merged into it take effect.</summary>
    public LatentDiffusionModel Model { get; }

    /// <summary>The sampler.</summary>
    public Scheduler Scheduler { get; }

    /// <summary>
    /// Turns latents, as the UNet sees them, into images [B, 3, height, width], −1 to 1, for
    /// <see cref="SamplingStep.Preview"/>: for example a tiny autoencoder. If not given, a linear approximation with
    /// one image pixel for each latent pixel, for which a run's first preview decodes one image.
    /// </summary>
    public Func<Tensor, Tensor>? PreviewDecoder { get; init; }

    /// <summary>The factor between the autoencoder's latents and the UNet's.</summary>
    public virtual double ScalingFactor => Model.Vae.ScalingFactor;

    private protected VaeImageProcessor ImageProcessor { get; }

    private protected ImageConditioner Images => _conditionings.Images;

    private protected long LatentChannels => Model.Vae.LatentChannels;

    /// <summary>Decodes latents to images, a few at a time.</summary>
    /// <param name="latents">[B, C, h, w], scaled as the UNet sees them.</param>
    /// <returns>B images, which the caller owns.</returns>
    /// <exception cref="ArgumentException">The shape does not fit the autoencoder.</exception>
    /// <exception cref="InvalidOperationException">The model overflowed.</exception>
    public IReadOnlyList<Image<Rgb24>> Decode(Tensor latents)
    {
        using var noGradient = no_grad();
        RequireFinite(latents);
        var images = new List<Image<Rgb24>>();
        foreach (var rows in Chunks(latents.shape[0]))
        {
            using var scope = NewDisposeScope();
            images.AddRange(ImageTensors.ToImages(
                Model.Vae.Decode(latents.narrow(0, rows.First, rows.Count) / Kept(ScalingFactor))));
        }
        return images;
    }

    /// <summary>Samples the latents of images, a few at a time.</summary>
    private protected Tensor Encode(Tensor images, Tensor noise)
    {
        using var scope = NewDisposeScope();
        var latents = Chunks(images.shape[0])
            .Select(rows => EncodeRows(
                images.narrow(0, rows.First, rows.Count), noise.narrow(0, rows.First, rows.Count)))
            .ToList();
        return cat(latents).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// The conditioning of a batch by its prompts and image conditions; the tensors belong to the current dispose
    /// scope.
    /// </summary>
    private protected Conditioning ConditioningOf(
        IReadOnlyList<ImageRequest> requests, SamplingOptions options, long height, long width, NoiseSource noise) =>
        _conditionings.Encode(requests, options, height, width, noise);

    /// <summary>Shape of an image's latents.</summary>
    private protected long[] LatentShape(long height, long width) =>
        [LatentChannels, height / Model.Vae.ScaleFactor, width / Model.Vae.ScaleFactor];

    /// <summary>Height and width of the images that options ask for; by default those of the model.</summary>
    private protected (int Height, int Width) SizeOf(SamplingOptions options) =>
        ImageProcessor.SizeOrDefault(options.Height, options.Width, Model.ImageSize);

    /// <summary>The start of a run over all steps, from the noise of <see cref="RequestNoise.Latents"/>.</summary>
    private protected SamplingStart FromNoise(
        SamplingRun run, Conditioning conditioning, NoiseSource noise, (int Height, int Width) size) =>
        new(run.StartFrom(noise(RequestNoise.Latents, LatentShape(size.Height, size.Width))), conditioning);

    /// <summary>The denoising loop, with the pipeline's streams of noise and previews.</summary>
    private protected Tensor Denoise(
        SamplingRun run, SamplingStart start, NoiseSource noise, SamplingOptions options, Action<SamplingStep>? onStep,
        CancellationToken cancellationToken)
    {
        var rowShape = start.Latents.shape[1..];
        LinearPreview? fitted = null;
        var previewDecoder = PreviewDecoder ?? LinearlyDecoded;
        return new LatentSampler(Model.UNet).Sample(
            run, start with { StepNoise = step => noise(RequestNoise.Step(step), rowShape) }, options,
            onStep is null ? null : step => onStep(step with { PreviewDecoder = previewDecoder }), cancellationToken);

        Tensor LinearlyDecoded(Tensor latents)
        {
            RequireFinite(latents);
            fitted ??= LinearPreview.Fit(rows => Model.Vae.Decode(rows / Kept(ScalingFactor)), latents.narrow(0, 0, 1));
            return fitted.Decode(latents);
        }
    }

    private Tensor EncodeRows(Tensor images, Tensor noise)
    {
        using var scope = NewDisposeScope();
        return (Model.Vae.Encode(images).Sample(noise)
            .to(ScalarType.Float32) * Kept(ScalingFactor)).MoveToOuterDisposeScope();
    }

    private static IEnumerable<(long First, long Count)> Chunks(long rows)
    {
        for (long first = 0; first < rows; first += ImagesAtOnce)
            yield return (first, Math.Min(ImagesAtOnce, rows - first));
    }

    private static void RequireFinite(Tensor latents)
    {
        using var scope = NewDisposeScope();
        if (!latents.isfinite().all().item<bool>())
            throw new InvalidOperationException(
                "The latents hold values that are not numbers: the model overflowed. Use float32 or bfloat16 instead "
                    + "of float16.");
    }
}

/// <summary>
/// The way from requests to images, which is the same in all pipelines but for what <see cref="Prepare"/> does.
/// </summary>
/// <typeparam name="TRequest">What is asked for.</typeparam>
/// <typeparam name="TOptions">Settings of a run.</typeparam>
public abstract class DiffusionPipeline<TRequest, TOptions> : DiffusionPipeline
    where TRequest : ImageRequest
    where TOptions : SamplingOptions
{
    private protected DiffusionPipeline(LatentDiffusionModel model, Scheduler? scheduler, Action<string>? log)
        : base(model, scheduler, log)
    {
    }

    /// <summary>Makes one image per request.</summary>
    /// <param name="requests">The requests, at least one, whose images come out in one size; they share the memory of
    /// the device.</param>
    /// <param name="options">Steps, guidance, size, and what else the pipeline has.</param>
    /// <param name="progress">Receives progress after each step.</param>
    /// <param name="onStep">Called after each step with the latents, and with a preview if it asks for one.</param>
    /// <param name="cancellationToken">Checked before each step.</param>
    /// <returns>Images in the order of the requests; the caller owns them.</returns>
    /// <exception cref="ArgumentException">There is no request, sizes do not fit, or a setting is out of
    /// range.</exception>
    /// <exception cref="InvalidOperationException">The model overflowed, or lacks a part that it needs for
    /// images.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public IReadOnlyList<Image<Rgb24>> Generate(
        IReadOnlyList<TRequest> requests,
        TOptions options,
        IProgress<SamplingProgress>? progress = null,
        Action<SamplingStep>? onStep = null,
        CancellationToken cancellationToken = default)
    {
        if (requests.Count == 0)
            throw new ArgumentException("There is no image to make.", nameof(requests));
        options.Validate();
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        using var run = Scheduler.Plan(options.Steps);
        var noise = RequestNoise.For(requests, Model.Device);
        var start = Prepare(run, requests, options, noise);
        return Decode(Denoise(run, start, noise, options, Report, cancellationToken));

        void Report(SamplingStep step)
        {
            onStep?.Invoke(step);
            progress?.Report(new SamplingProgress(step.Step, step.Steps));
        }
    }

    /// <summary>Makes of requests what a run starts from; the tensors belong to the current dispose scope.</summary>
    /// <param name="run">The run that follows.</param>
    /// <param name="requests">The requests, at least one.</param>
    /// <param name="options">Settings that are in range.</param>
    /// <param name="noise">The requests' noise.</param>
    private protected abstract SamplingStart Prepare(
        SamplingRun run, IReadOnlyList<TRequest> requests, TOptions options, NoiseSource noise);
}
