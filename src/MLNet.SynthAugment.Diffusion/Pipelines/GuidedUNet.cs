using MLNet.SynthAugment.Diffusion.Guidance;
using MLNet.SynthAugment.Diffusion.UNets;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Pipelines;

/// <summary>
/// The noise predictor of one run: UNet, conditioning and classifier-free guidance. The predictions that guidance
/// combines go through the UNet as one batch, the unconditional rows first; those that would cancel out are not
/// computed. The text's keys and values are computed once, with the weights and adapters of that moment.
/// </summary>
public sealed class GuidedUNet : IDisposable
{
    private readonly SamplingOptions _options;
    private readonly double _imageScale;
    private readonly Lazy<PreparedConditioning> _conditional;
    private readonly Lazy<PreparedConditioning>? _guided;

    /// <summary>Prepares a run.</summary>
    /// <param name="unet">The UNet.</param>
    /// <param name="conditioning">What steers it; its tensors must outlive this object.</param>
    /// <param name="options">The guidance, and approximations; other settings are not looked at.</param>
    /// <param name="inOrder">Whether each step is predicted once and in order, so that steps may take over features
    /// from earlier ones.</param>
    /// <exception cref="ArgumentException">Guidance lacks the negative embeddings, or shapes do not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of range.</exception>
    public GuidedUNet(UNet2DConditionModel unet, Conditioning conditioning, SamplingOptions options,
        bool inOrder = false)
    {
        options.Validate();
        _options = options;
        _imageScale = conditioning.HasImages
            ? options.ImageGuidanceScale ?? options.GuidanceScale : options.GuidanceScale;
        _conditional = Prepare(() => [GuidancePart.Conditional(conditioning)]);
        if (!ClassifierFreeGuidance.IsNeeded(options.GuidanceScale)
            && !ClassifierFreeGuidance.IsNeeded(_imageScale)) return;
        RequireNegative(conditioning);
        _guided = Prepare(() => Parts(conditioning));

        Lazy<PreparedConditioning> Prepare(Func<IReadOnlyList<GuidancePart>> parts) =>
            new(() => new PreparedConditioning(unet, parts(), Approximations()));

        UNetApproximations Approximations() => new(
            inOrder && options.DeepFeatureInterval > 1
            ? new DeepFeatureCache(options.DeepFeatureInterval, options.DeepFeatureLayers) : null,
            options.MergedTokens);
    }

    /// <summary>
    /// Predicts the noise (or what else the model was trained to predict). Differentiable with respect to the latents
    /// when gradients are on.
    /// </summary>
    /// <param name="scaledLatents">Latents [B, C, h, w] as <see cref="Schedulers.Scheduler.ScaleModelInput"/> gives
    /// them.</param>
    /// <param name="timestep">The timestep of all rows.</param>
    /// <param name="stepIndex">Its index in the sampler's list; it decides whether this step is guided.</param>
    /// <returns>The guided prediction, float32 [B, C, h, w].</returns>
    /// <exception cref="ArgumentException">A shape does not fit the UNet, or a condition is missing.</exception>
    public Tensor Predict(Tensor scaledLatents, double timestep, int stepIndex)
    {
        using var scope = NewDisposeScope();
        var time = tensor(timestep, ScalarType.Float32, scaledLatents.device);
        if (_guided is null || !_options.IsGuided(stepIndex))
            return _conditional.Value.Predict(scaledLatents, time)[0].MoveToOuterDisposeScope();

        var predictions = _guided.Value.Predict(scaledLatents, time);
        var guided = predictions is [var unconditional, var imageOnly, _]
            ? ClassifierFreeGuidance.Combine(
                unconditional, imageOnly, predictions[^1], _imageScale, _options.GuidanceScale)
            : ClassifierFreeGuidance.Combine(predictions[0], predictions[1], _options.GuidanceScale);
        if (_options.GuidanceRescale > 0)
            guided = ClassifierFreeGuidance.Rescale(guided, predictions[^1], _options.GuidanceRescale);
        return guided.MoveToOuterDisposeScope();
    }

    /// <summary>Frees what was prepared; the conditioning's own tensors stay.</summary>
    public void Dispose()
    {
        if (_conditional.IsValueCreated) _conditional.Value.Dispose();
        if (_guided is { IsValueCreated: true }) _guided.Value.Dispose();
    }

    // With equal scales the image's prediction cancels out; with an image scale of 1, the unconditional one.
    private IReadOnlyList<GuidancePart> Parts(Conditioning conditioning) =>
        _imageScale == _options.GuidanceScale
            ? [GuidancePart.Unconditional(conditioning), GuidancePart.Conditional(conditioning)]
        : _imageScale == 1 ? [GuidancePart.ImageOnly(conditioning), GuidancePart.Conditional(conditioning)]
        : [GuidancePart.Unconditional(conditioning), GuidancePart.ImageOnly(conditioning),
            GuidancePart.Conditional(conditioning)];

    private void RequireNegative(Conditioning conditioning)
    {
        var (positive, negative) = (conditioning.PromptEmbeds, conditioning.NegativePromptEmbeds);
        if (negative is null)
            throw new ArgumentException(
                $"Guidance with scale {_options.GuidanceScale} needs the embeddings of the negative prompt.",
                nameof(conditioning));
        if (!negative.shape.SequenceEqual(positive.shape))
            throw new ArgumentException(
                $"The negative prompt's embeddings have shape [{string.Join(", ", negative.shape)}], the prompts' "
                    + $"[{string.Join(", ", positive.shape)}]; they must be equal.", nameof(conditioning));
    }
}
