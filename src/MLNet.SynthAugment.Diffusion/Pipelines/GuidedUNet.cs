using MLNet.SynthAugment.Diffusion.Guidance;
using MLNet.SynthAugment.Diffusion.UNets;
using static MLNet.SynthAugment.Diffusion.Layers.Concatenation;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Pipelines;

/// <summary>
/// The noise predictor of one run: UNet, conditioning and classifier-free guidance. Both halves of guidance go through the UNet
/// as one batch, the unconditional rows first; where no guidance is needed, the unconditional half is not computed. The text's
/// keys and values are computed once, with the weights and adapters of that moment.
/// </summary>
public sealed class GuidedUNet : IDisposable
{
    private readonly SamplingOptions _options;
    private readonly Tensor? _extraChannels;
    private readonly Lazy<PreparedConditioning> _conditional;
    private readonly Lazy<PreparedConditioning>? _bothHalves;

    /// <summary>Prepares a run.</summary>
    /// <param name="unet">The UNet.</param>
    /// <param name="conditioning">What steers it; its tensors must outlive this object.</param>
    /// <param name="options">The guidance, and approximations; other settings are not looked at.</param>
    /// <param name="inOrder">Whether each step is predicted once and in order, so that steps may take over features from earlier ones.</param>
    /// <exception cref="ArgumentException">Guidance lacks the negative embeddings, or shapes do not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of range.</exception>
    public GuidedUNet(UNet2DConditionModel unet, Conditioning conditioning, SamplingOptions options, bool inOrder = false)
    {
        options.Validate();
        _options = options;
        _extraChannels = conditioning.ExtraChannels;
        _conditional = new(() => PreparedConditioning.Conditional(unet, conditioning, Approximations()));
        if (!ClassifierFreeGuidance.IsNeeded(options.GuidanceScale)) return;
        PreparedConditioning.RequireHalves(conditioning, options.GuidanceScale);
        _bothHalves = new(() => PreparedConditioning.BothHalves(unet, conditioning, Approximations()));

        UNetApproximations Approximations() => new(
            inOrder && options.DeepFeatureInterval > 1 ? new DeepFeatureCache(options.DeepFeatureInterval, options.DeepFeatureLayers) : null,
            options.MergedTokens);
    }

    /// <summary>
    /// Predicts the noise (or what else the model was trained to predict). Differentiable with respect to the latents when gradients
    /// are on.
    /// </summary>
    /// <param name="scaledLatents">Latents [B, C, h, w] as <see cref="Schedulers.Scheduler.ScaleModelInput"/> gives them.</param>
    /// <param name="timestep">The timestep of all rows.</param>
    /// <param name="stepIndex">Its index in the sampler's list; it decides whether this step is guided.</param>
    /// <returns>The guided prediction, float32 [B, C, h, w].</returns>
    /// <exception cref="ArgumentException">A shape does not fit the UNet, or a condition is missing.</exception>
    public Tensor Predict(Tensor scaledLatents, double timestep, int stepIndex)
    {
        using var scope = NewDisposeScope();
        var time = tensor(timestep, ScalarType.Float32, scaledLatents.device);
        var input = _extraChannels is null ? scaledLatents : Concatenate([scaledLatents, _extraChannels.to(scaledLatents.dtype)], 1);
        if (_bothHalves is null || !_options.IsGuided(stepIndex))
            return _conditional.Value.Predict(input, time).MoveToOuterDisposeScope();

        var halves = _bothHalves.Value.Predict(Concatenate([input, input]), time).chunk(2);
        var (unconditional, conditional) = (halves[0], halves[1]);
        var guided = ClassifierFreeGuidance.Combine(unconditional, conditional, _options.GuidanceScale);
        if (_options.GuidanceRescale > 0)
            guided = ClassifierFreeGuidance.Rescale(guided, conditional, _options.GuidanceRescale);
        return guided.MoveToOuterDisposeScope();
    }

    /// <summary>Frees what was prepared; the conditioning's own tensors stay.</summary>
    public void Dispose()
    {
        if (_conditional.IsValueCreated) _conditional.Value.Dispose();
        if (_bothHalves is { IsValueCreated: true }) _bothHalves.Value.Dispose();
    }
}
