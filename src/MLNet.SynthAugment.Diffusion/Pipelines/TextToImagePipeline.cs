using MLNet.SynthAugment.Diffusion.Guidance;
using MLNet.SynthAugment.Diffusion.Schedulers;
using MLNet.SynthAugment.Diffusion.Vision;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;
using static MLNet.SynthAugment.Diffusion.Layers.Concatenation;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Pipelines;

/// <summary>
/// Text to images with latent diffusion (Rombach et al. 2022). An image depends on its request, the model and the options,
/// not on the others in its batch (but for rounding). One batch at a time.
/// </summary>
public sealed class TextToImagePipeline
{
    // Decoding needs far more memory a row than denoising.
    private const int DecodedAtOnce = 4;

    private readonly LatentDiffusionModel _model;
    private readonly PromptEncoder _promptEncoder;
    private readonly LatentSampler _sampler;

    /// <summary>Makes a pipeline over a model, which the caller keeps.</summary>
    /// <param name="model">The model; adapters attached to it or merged into it take effect.</param>
    /// <param name="scheduler">The sampler; the model's own if not given.</param>
    /// <param name="log">Gets one sentence if the model's own sampler is not available, and one for each prompt that is cut.</param>
    public TextToImagePipeline(LatentDiffusionModel model, Scheduler? scheduler = null, Action<string>? log = null)
    {
        _model = model;
        _promptEncoder = new PromptEncoder(model, log);
        _sampler = new LatentSampler(model.UNet, scheduler ?? Scheduler.Create(model.SchedulerConfig, log));
    }

    /// <summary>Makes one image a request.</summary>
    /// <param name="batch">The requests, at least one; they share the memory of the device.</param>
    /// <param name="options">Steps and guidance.</param>
    /// <param name="progress">Told after each step.</param>
    /// <param name="cancellationToken">Looked at before each step.</param>
    /// <returns>Images of <see cref="LatentDiffusionModel.ImageSize"/> squared, in the order of the requests; the caller owns them.</returns>
    /// <exception cref="ArgumentException">There is no request, or a setting is out of range.</exception>
    /// <exception cref="InvalidOperationException">The model overflowed.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public IReadOnlyList<Image<Rgb24>> Generate(
        IReadOnlyList<ImageRequest> batch,
        SamplingOptions options,
        IProgress<SamplingProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        if (batch.Count == 0) throw new ArgumentException("There is no image to make.", nameof(batch));
        using var gradientMode = no_grad();
        using var scope = NewDisposeScope();
        var prompts = _promptEncoder.Encode([.. batch.Select(request => request.Prompt)]).Embeds;
        var negative = ClassifierFreeGuidance.IsNeeded(options.GuidanceScale)
            ? _promptEncoder.EncodeNegative([.. batch.Select(_ => options.NegativePrompt)]).Embeds
            : null;
        var latents = _sampler.Sample(
            _sampler.StartFromNoise(BatchNoise(batch, "latents"), options.Steps),
            new Conditioning { PromptEmbeds = prompts, NegativePromptEmbeds = negative },
            options,
            stepNoise: step => BatchNoise(batch, $"step {step}"),
            onStep: step => progress?.Report(new SamplingProgress(step.Step, step.Steps)),
            cancellationToken: cancellationToken);
        return Decode(latents);
    }

    /// <summary>Decodes latents to images, a few at a time.</summary>
    /// <param name="latents">[B, C, h, w], scaled as the UNet sees them.</param>
    /// <returns>B images, which the caller owns.</returns>
    /// <exception cref="InvalidOperationException">The model overflowed.</exception>
    public IReadOnlyList<Image<Rgb24>> Decode(Tensor latents)
    {
        using var gradientMode = no_grad();
        var images = new List<Image<Rgb24>>();
        for (long first = 0; first < latents.shape[0]; first += DecodedAtOnce)
        {
            using var scope = NewDisposeScope();
            var rows = latents.narrow(0, first, Math.Min(DecodedAtOnce, latents.shape[0] - first));
            images.AddRange(ImageTensors.ToImages(_model.Vae.Decode(rows / _model.Vae.ScalingFactor)));
        }
        return images;
    }

    private Tensor BatchNoise(IReadOnlyList<ImageRequest> batch, string stream)
    {
        using var scope = NewDisposeScope();
        var config = _model.UNet.Config;
        long[] shape = [1, config.InChannels, config.SampleSize, config.SampleSize];
        var rows = batch.Select(request => Noise.Normal(request.RunSeed, request.ClassName, request.Index, shape, stream)).ToList();
        return Concatenate(rows).to(_model.Device).MoveToOuterDisposeScope();
    }
}
