using MLNet.SynthAugment.Diffusion.UNets;

namespace MLNet.SynthAugment.Diffusion.Pipelines;

/// <summary>
/// Turns requests into what steers the UNet, as the pipelines do it: for runs by <see cref="LatentSampler"/>,
/// <see cref="DifferentiableSampler"/> and <see cref="DdimInversion"/>.
/// </summary>
public sealed class ConditioningEncoder
{
    private readonly LatentDiffusionModel _model;
    private readonly PromptEncoder _prompts;

    /// <summary>Makes an encoder over a model, which the caller keeps.</summary>
    /// <param name="model">The model, whose text encoder or encoders are used.</param>
    /// <param name="log">Gets a sentence for each prompt that is cut, once; null for none.</param>
    public ConditioningEncoder(LatentDiffusionModel model, Action<string>? log = null)
    {
        _model = model;
        _prompts = new PromptEncoder(model, log);
        Images = new ImageConditioner(model);
    }

    /// <summary>Encodes images for models that take them.</summary>
    public ImageConditioner Images { get; }

    /// <summary>
    /// Encodes prompts and, where guidance needs them, negative prompts; adds the requests' images where the model
    /// takes some.
    /// </summary>
    /// <param name="requests">B requests.</param>
    /// <param name="options">Guidance, the common negative prompt, and the noise level of image embeddings.</param>
    /// <param name="height">Height of the images in pixels; null for
    /// <see cref="LatentDiffusionModel.ImageSize"/>.</param>
    /// <param name="width">Width of the images in pixels, likewise.</param>
    /// <returns>Tensors of the current dispose scope.</returns>
    /// <exception cref="ArgumentException">There is no request, or an image condition does not fit the model or the
    /// size.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The model does not know the noise level.</exception>
    /// <exception cref="InvalidOperationException">The text encoder overflowed.</exception>
    public Conditioning Encode(
        IReadOnlyList<ImageRequest> requests, SamplingOptions options, long? height = null, long? width = null) =>
        Encode(requests, options, height ?? _model.ImageSize, width ?? _model.ImageSize,
            RequestNoise.For(requests, _model.Device));

    /// <summary>The same with the noise of image embeddings from a source.</summary>
    internal Conditioning Encode(
        IReadOnlyList<ImageRequest> requests, SamplingOptions options, long height, long width, NoiseSource noise) =>
        Images.AddTo(EncodeText(requests, options, height, width),
            [.. requests.Select(request => request.ImageCondition)], noise, options.ImageNoiseLevel, height, width);

    /// <summary>What SDXL's UNet takes beside the text; null where there is no pooled text.</summary>
    internal static UNetConditions? Added(Tensor? pooled, SizeConditioning sizes)
    {
        if (pooled is null) return null;
        var timeIds = tensor(sizes.TimeIds, [1, sizes.TimeIds.Length], device: pooled.device);
        return new UNetConditions { AddedTextEmbeds = pooled, AddedTimeIds = timeIds.expand(pooled.shape[0], -1) };
    }

    private Conditioning EncodeText(
        IReadOnlyList<ImageRequest> requests, SamplingOptions options, long height, long width)
    {
        var sizes = options.SizeConditioning ?? SizeConditioning.Whole(height, width);
        var prompts = _prompts.Encode([.. requests.Select(request => request.Prompt)], options.ClipSkip);
        RequireNumbers(prompts.Embeds);
        var conditioning = new Conditioning
        { PromptEmbeds = prompts.Embeds, Conditions = Added(prompts.Pooled, sizes) };
        if (!options.NeedsNegativePrompt)
            return conditioning;
        var negative = _prompts.EncodeNegative(
            [.. requests.Select(request => request.NegativePrompt ?? options.NegativePrompt)]);
        RequireNumbers(negative.Embeds);
        return conditioning with
        {
            NegativePromptEmbeds = negative.Embeds,
            NegativeConditions = Added(negative.Pooled, sizes)
        };
    }

    // The images would not tell: attention passes over texts that are nothing but NaN.
    private static void RequireNumbers(Tensor embeds)
    {
        using var scope = NewDisposeScope();
        if (!embeds.isfinite().all().item<bool>())
        {
            throw new InvalidOperationException(
                "The text encoder gave values that are not numbers: it overflowed. Use float32 or bfloat16 "
                + "instead of float16, and check the adapters and learnt tokens in use.");
        }
    }
}
