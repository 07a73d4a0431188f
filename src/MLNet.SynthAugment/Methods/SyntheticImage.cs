using MLNet.SynthAugment.FewShot;

namespace MLNet.SynthAugment.Methods;

/// <summary>A synthetic image and where it comes from.</summary>
/// <param name="Image">The pixels; disposed with this object.</param>
public sealed record SyntheticImage(Image<Rgb24> Image) : IDisposable
{
    /// <summary>The text the image was made from; empty if there was none.</summary>
    public string Prompt { get; init; } = "";

    /// <summary>The seed its randomness came from (with its class and index).</summary>
    public long Seed { get; init; }

    /// <summary>
    /// How well the image fits its class by the method's own measure, higher is better; NaN if not measured.
    /// </summary>
    public float Score { get; init; } = float.NaN;

    /// <summary>
    /// The shot that the image starts from or that the model was shown; null if there is none, and the image leans on
    /// all shots of its class alike. What was learnt from other shots may be in the image too.
    /// </summary>
    public Shot? Source { get; init; }

    /// <summary>How often the model was asked to denoise; null if it was not sampled.</summary>
    public int? Steps { get; init; }

    /// <summary>The scale of classifier-free guidance; null if there was none.</summary>
    public double? GuidanceScale { get; init; }

    /// <summary>The class name of the sampler, such as <c>DdimScheduler</c>; null if there was none.</summary>
    public string? Scheduler { get; init; }

    /// <summary>
    /// SHA-256 (lower-case hexadecimal) of the file with the adapter, seed or token that the image was made with; null
    /// if there was none.
    /// </summary>
    public string? Adapter { get; init; }

    /// <summary>
    /// How much the image belongs to which class: weights of at least 0 by label, whose sum is 1. Null for an image
    /// that is its batch's class alone.
    /// </summary>
    public IReadOnlyDictionary<string, float>? SoftLabels { get; init; }

    /// <summary>
    /// What else the method has to tell (strength, loss, a second shot …), as a JSON object with camelCase names; null
    /// for nothing.
    /// </summary>
    public string? Details { get; init; }

    /// <summary>An image that a pipeline sampled, with all that the pipeline knows of it.</summary>
    /// <param name="image">The pixels.</param>
    /// <param name="prompt">The text.</param>
    /// <param name="seed">The seed of the run.</param>
    /// <param name="sampling">The options of the run; of image to image, the steps that were done count.</param>
    /// <param name="scheduler">The sampler.</param>
    public static SyntheticImage From(
        Image<Rgb24> image, string prompt, long seed, SamplingOptions sampling, Scheduler scheduler)
    {
        ArgumentNullException.ThrowIfNull(sampling);
        ArgumentNullException.ThrowIfNull(scheduler);
        return new SyntheticImage(image)
        {
            Prompt = prompt,
            Seed = seed,
            Steps = sampling.Steps - (sampling is ImageToImageOptions started ? started.FirstStep : 0),
            GuidanceScale = sampling.GuidanceScale,
            Scheduler = scheduler.GetType().Name,
        };
    }

    /// <inheritdoc/>
    public void Dispose() => Image.Dispose();
}

/// <summary>A shot as the details of an image name it, beside the one that the manifest's columns name.</summary>
/// <param name="ImageSha256">The hash of its pixels.</param>
/// <param name="Row">Its row; null in files that outlive the data.</param>
internal sealed record ShotDetails(string ImageSha256, long? Row = null)
{
    public static ShotDetails Of(Shot shot) => new(shot.ImageHash, shot.Row);
}

/// <summary>
/// How <see cref="SyntheticImage.Details"/> are written: camelCase names, nothing for what there is not. docs/store.md
/// lists the names.
/// </summary>
internal static class DetailsJson
{
    public static readonly JsonSerializerOptions Format = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        RespectRequiredConstructorParameters = true,
    };

    public static string Write<TDetails>(TDetails details) => JsonSerializer.Serialize(details, Format);
}
