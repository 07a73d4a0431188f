using MLNet.SynthAugment.Diffusion.Images;
using MLNet.SynthAugment.Diffusion.Schedulers;
using MLNet.SynthAugment.Diffusion.UNets;

namespace MLNet.SynthAugment.Diffusion.Pipelines;

/// <summary>
/// Enlarges images by the autoencoder's factor (Stable Diffusion x4 upscaler): the UNet sees the small image, somewhat
/// noised (Ho et al. 2022, cascaded diffusion, section 4), beside latents of the same size.
/// </summary>
public sealed class UpscalePipeline : DiffusionPipeline<UpscaleRequest, UpscaleOptions>
{
    /// <summary>The stream of the noise that is added to the small image.</summary>
    public const string LowResolutionStream = "low resolution";

    private readonly Scheduler _lowResolutionScheduler;

    /// <summary>Makes a pipeline over a model, which the caller keeps.</summary>
    /// <param name="model">The model; adapters attached to it or merged into it take effect.</param>
    /// <param name="scheduler">The sampler; the model's own if not given.</param>
    /// <param name="lowResolutionScheduler">The noise schedule of the small image; the model's own if not
    /// given.</param>
    /// <param name="log">Gets one sentence if the model's own sampler is not available, and one for each prompt that is
    /// cut.</param>
    /// <exception cref="ArgumentException">The model is of another kind; the message names the pipeline for
    /// it.</exception>
    public UpscalePipeline(LatentDiffusionModel model, Scheduler? scheduler = null,
        Scheduler? lowResolutionScheduler = null, Action<string>? log = null)
        : base(model, scheduler, log)
    {
        PipelineFit.RequireUpscaler(model, nameof(UpscalePipeline));
        _lowResolutionScheduler = lowResolutionScheduler ?? Scheduler.Create(model.LowResSchedulerConfig
            ?? throw new ArgumentException(
            "The model has no low_res_scheduler, the noise schedule of the small image.", nameof(model)), log);
    }

    /// <summary>
    /// The factor that the published upscaler was trained with, whatever its autoencoder's config says.
    /// </summary>
    public override double ScalingFactor => 0.08333;

    /// <summary>Samples from image tensors and embeddings to latents.</summary>
    /// <param name="images">[B, 3, h, w], −1 to 1.</param>
    /// <param name="conditioning">B rows of text embeddings; the noise level and the small images are added to
    /// it.</param>
    /// <param name="noise">Asked for <see cref="LowResolutionStream"/>, <see cref="RequestNoise.Latents"/> and, by some
    /// samplers, each step's noise.</param>
    /// <param name="options">Steps, guidance and noise level.</param>
    /// <param name="onStep">Called after each step.</param>
    /// <param name="cancellationToken">Checked before each step.</param>
    /// <returns>Latents for <see cref="DiffusionPipeline.Decode"/>.</returns>
    /// <exception cref="ArgumentException">A shape does not fit, or a setting is out of range.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public Tensor Sample(
        Tensor images,
        Conditioning conditioning,
        NoiseSource noise,
        UpscaleOptions options,
        Action<SamplingStep>? onStep = null,
        CancellationToken cancellationToken = default)
    {
        options.Validate();
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        using var run = Scheduler.Plan(options.Steps);
        var start = From(run, images, conditioning, noise, options);
        return Denoise(run, start, noise, options, onStep, cancellationToken).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    private protected override SamplingStart Prepare(
        SamplingRun run, IReadOnlyList<UpscaleRequest> requests, UpscaleOptions options, NoiseSource noise)
    {
        var images = ImageTensors.ToTensor([.. requests.Select(request => request.Image)], Model.Device);
        var factor = Model.Vae.ScaleFactor;
        var conditioning = ConditioningOf(
            requests, options, images.shape[2] * factor, images.shape[3] * factor, noise);
        return From(run, images, conditioning, noise, options);
    }

    private SamplingStart From(
        SamplingRun run, Tensor images, Conditioning conditioning, NoiseSource noise, UpscaleOptions options)
    {
        RequireKnownLevel(options.NoiseLevel);
        var (batch, height, width) = (images.shape[0], images.shape[2], images.shape[3]);
        var noised = _lowResolutionScheduler.AddNoise(
            images, noise(LowResolutionStream, [3, height, width]),
            [.. Enumerable.Repeat((long)options.NoiseLevel, (int)batch)]);
        var levels = full([batch], Kept(options.NoiseLevel), ScalarType.Int64, Model.Device);
        var latents = run.StartFrom(noise(RequestNoise.Latents, [LatentChannels, height, width]));
        return new SamplingStart(latents, conditioning with
        {
            ExtraChannels = noised,
            Conditions = (conditioning.Conditions ?? new UNetConditions()) with { ClassLabels = levels },
        });
    }

    private void RequireKnownLevel(int level)
    {
        var greatest = Math.Min(
            Model.MaxNoiseLevel, Math.Min(
            Model.UNet.Config.NumClassEmbeds ?? long.MaxValue, _lowResolutionScheduler.Config.NumTrainTimesteps) - 1);
        if (level > greatest)
            throw new ArgumentOutOfRangeException(
                nameof(UpscaleOptions.NoiseLevel), level, $"This upscaler knows the noise levels 0 to {greatest}.");
    }
}

/// <summary>One image to enlarge; the images of a batch are of one size.</summary>
/// <param name="Prompt">What it shows.</param>
/// <param name="Image">The small image; it stays the caller's and is not changed.</param>
/// <param name="Key">What alone decides its noise; a plain number is the key of that seed.</param>
public sealed record UpscaleRequest(string Prompt, Image<Rgb24> Image, NoiseKey Key) : ImageRequest(Prompt, Key);

/// <summary>Settings of an upscaling run; the defaults are those of Stable Diffusion's x4 upscaler.</summary>
public sealed record UpscaleOptions : SamplingOptions
{
    /// <summary>The published defaults.</summary>
    public UpscaleOptions()
    {
        Steps = 75;
        GuidanceScale = 9;
    }

    /// <summary>
    /// How much noise is added to the small image, as a timestep of the low-resolution schedule, 0 to
    /// <see cref="LatentDiffusionModel.MaxNoiseLevel"/>: the higher, the more the model invents.
    /// </summary>
    public int NoiseLevel { get; init; } = 20;

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        ArgumentOutOfRangeException.ThrowIfNegative(NoiseLevel);
        if ((Height ?? Width) is { } size)
            throw new ArgumentOutOfRangeException(
                nameof(Height), size, "An upscaler's images are a fixed number of times larger than what it is "
                    + "given: leave Height and Width out, and resize the small image instead.");
    }
}
