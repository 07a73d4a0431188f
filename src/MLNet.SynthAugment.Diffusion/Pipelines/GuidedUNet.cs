using MLNet.SynthAugment.Diffusion.Guidance;
using MLNet.SynthAugment.Diffusion.Schedulers;
using MLNet.SynthAugment.Diffusion.UNets;

namespace MLNet.SynthAugment.Diffusion.Pipelines;

/// <summary>
/// The noise predictor of one run: UNet, conditioning and guidance. The predictions that guidance combines go through
/// the UNet as one batch. The text's keys and values are computed once, with the weights and adapters of that moment.
/// </summary>
public sealed class GuidedUNet : IDisposable
{
    private static readonly GuidancePart[] s_unguided = [GuidancePart.Conditional];

    private readonly SamplingOptions _options;
    private readonly IGuidance _guidance;
    private readonly Lazy<PreparedConditioning> _unguided;
    private readonly Lazy<PreparedConditioning> _guided;

    /// <summary>Prepares a run.</summary>
    /// <param name="unet">The UNet.</param>
    /// <param name="conditioning">What steers it; its tensors must outlive this object.</param>
    /// <param name="options">The guidance, and approximations; other settings play no part.</param>
    /// <param name="inOrder">Whether each step is predicted once and in order, so that steps may take over features
    /// from earlier ones.</param>
    /// <exception cref="ArgumentException">Guidance lacks the negative embeddings, or shapes do not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of range.</exception>
    public GuidedUNet(UNet2DConditionModel unet, Conditioning conditioning, SamplingOptions options,
        bool inOrder = false)
    {
        options.Validate();
        _options = options;
        _guidance = options.GuidanceFor(conditioning.HasImages);
        if (_guidance.Parts.Any(part => !part.Prompt))
            RequireNegative(conditioning);
        _unguided = Prepare(s_unguided);
        _guided = _guidance.Parts.SequenceEqual(s_unguided) ? _unguided : Prepare(_guidance.Parts);

        Lazy<PreparedConditioning> Prepare(IReadOnlyList<GuidancePart> parts) =>
            new(() => new PreparedConditioning(unet, conditioning, parts, Approximations()));

        UNetApproximations Approximations() => new(
            inOrder && options.DeepFeatureInterval > 1
            ? new DeepFeatureCache(options.DeepFeatureInterval, options.DeepFeatureLayers) : null,
            options.MergedTokens);
    }

    /// <summary>
    /// Predicts the noise (or what else the model was trained to predict). Differentiable with respect to the latents
    /// when gradients are on.
    /// </summary>
    /// <param name="run">The run, which brings the latents to the scale that the UNet sees.</param>
    /// <param name="stepIndex">The step; it decides the timestep, and whether the prediction is guided.</param>
    /// <param name="latents">The run's latents before the step, [B, C, h, w].</param>
    /// <returns>The guided prediction, float32 [B, C, h, w].</returns>
    /// <exception cref="ArgumentException">A shape does not fit the UNet, or a condition is missing.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such step.</exception>
    public Tensor Predict(SamplingRun run, int stepIndex, Tensor latents)
    {
        using var scope = NewDisposeScope();
        var step = new GuidanceStep(run, stepIndex, run.ScaleModelInput(latents, stepIndex));
        var time = tensor(step.Timestep, ScalarType.Float32, latents.device);
        return (_options.IsGuided(stepIndex)
            ? _guidance.Combine(_guided.Value.Predict(step.Latents, time), step)
            : _unguided.Value.Predict(step.Latents, time)[0]).MoveToOuterDisposeScope();
    }

    /// <summary>Frees what was prepared; the conditioning's own tensors stay.</summary>
    public void Dispose()
    {
        if (_unguided.IsValueCreated) _unguided.Value.Dispose();
        if (_guided.IsValueCreated && _guided != _unguided) _guided.Value.Dispose();
    }

    private void RequireNegative(Conditioning conditioning)
    {
        var (positive, negative) = (conditioning.PromptEmbeds, conditioning.NegativePromptEmbeds);
        if (negative is null)
            throw new ArgumentException(
                $"{Described()} needs the embeddings of the negative prompt.",
                nameof(conditioning));
        if (!negative.shape.SequenceEqual(positive.shape))
            throw new ArgumentException(
                $"The negative prompt's embeddings have shape [{string.Join(", ", negative.shape)}], the prompts' "
                    + $"[{string.Join(", ", positive.shape)}]; they must be equal.", nameof(conditioning));
    }

    private string Described() => _options.Guidance is { } own
        ? own.GetType().Name : $"Guidance with scale {_options.GuidanceScale}";
}

/// <summary>
/// The parts of a guidance as the UNet takes them, in one batch: text with its keys and values computed once for all
/// steps, conditions, and channels that follow the latents'.
/// </summary>
internal sealed class PreparedConditioning : IDisposable
{
    private readonly UNet2DConditionModel _unet;
    private readonly int _parts;
    private readonly TextContext _text;
    private readonly UNetConditions? _conditions;
    private readonly Tensor? _extraChannels;
    private readonly UNetApproximations _approximations;

    /// <summary>Prepares parts.</summary>
    /// <param name="unet">The UNet.</param>
    /// <param name="conditioning">What steers it, B rows; its tensors are copied.</param>
    /// <param name="guidanceParts">One or more parts.</param>
    /// <param name="approximations">Ways to compute less.</param>
    public PreparedConditioning(UNet2DConditionModel unet, Conditioning conditioning,
        IReadOnlyList<GuidancePart> guidanceParts, UNetApproximations approximations)
    {
        var parts = guidanceParts.Select(part => Told.Of(conditioning, part)).ToList();
        (_unet, _parts, _approximations) = (unet, parts.Count, approximations);
        using (var text = cat([.. parts.Select(part => part.Text)]))
            _text = unet.PrepareText(text);
        if (parts.Any(part => part.Conditions is not null))
            _conditions = new UNetConditions
            {
                ClassLabels = Join(parts, part => part.Conditions?.ClassLabels),
                AddedTextEmbeds = Join(parts, part => part.Conditions?.AddedTextEmbeds),
                AddedTimeIds = Join(parts, part => part.Conditions?.AddedTimeIds),
            };
        _extraChannels = Join(parts, part => part.ExtraChannels);
    }

    /// <summary>The UNet's predictions in float32, one a part, in their order.</summary>
    /// <param name="latents">[B, C, h, w], the same for all parts.</param>
    /// <param name="time">The timestep.</param>
    public Tensor[] Predict(Tensor latents, Tensor time)
    {
        using var scope = NewDisposeScope();
        var batch = cat([.. Enumerable.Repeat(latents, _parts)]);
        var input = _extraChannels is null ? batch : cat([batch, _extraChannels.to(latents.dtype)], 1);
        var predictions = _unet.forward(input, time, _text, _conditions, _approximations).to(ScalarType.Float32);
        return [.. predictions.chunk(_parts).Select(prediction => prediction.MoveToOuterDisposeScope())];
    }

    /// <summary>Frees what was prepared.</summary>
    public void Dispose()
    {
        _text.Dispose();
        _approximations.DeepFeatures?.Dispose();
        _extraChannels?.Dispose();
        _conditions?.ClassLabels?.Dispose();
        _conditions?.AddedTextEmbeds?.Dispose();
        _conditions?.AddedTimeIds?.Dispose();
    }

    private static Tensor? Join(List<Told> parts, Func<Told, Tensor?> select)
    {
        var tensors = parts.Select(select).ToList();
        if (tensors.TrueForAll(tensor => tensor is null))
            return null;
        return tensors.TrueForAll(tensor => tensor is not null && tensor.shape.SequenceEqual(tensors[0]?.shape ?? []))
            ? cat([.. tensors.Select(tensor => tensor!)]).DetachFromDisposeScope()
            : throw new ArgumentException(
                "What the UNet takes beside the text differs in kind or shape between the parts of guidance.");
    }

    // What one part is told; the tensors are the conditioning's.
    private sealed record Told(Tensor Text, UNetConditions? Conditions, Tensor? ExtraChannels)
    {
        public static Told Of(Conditioning conditioning, GuidancePart part)
        {
            var conditions = part.Prompt
                ? conditioning.Conditions : conditioning.NegativeConditions ?? conditioning.Conditions;
            var imageConditions = part.Image
                ? conditioning.Conditions : conditioning.NegativeConditions ?? conditioning.Conditions;
            return new Told(
                part.Prompt ? conditioning.PromptEmbeds : conditioning.NegativePromptEmbeds!,
                conditions is null ? null : conditions with { ClassLabels = imageConditions?.ClassLabels },
                part.Image
                    ? conditioning.ExtraChannels : conditioning.NegativeExtraChannels ?? conditioning.ExtraChannels);
        }
    }
}
