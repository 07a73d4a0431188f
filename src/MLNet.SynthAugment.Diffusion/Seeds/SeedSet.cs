using MLNet.SynthAugment.Diffusion.Pipelines;
using MLNet.SynthAugment.Diffusion.Weights;

namespace MLNet.SynthAugment.Diffusion.Seeds;

/// <summary>
/// Seeds of images of one class with all that it takes to make the images again with the same model, on any machine;
/// kept as a safetensors file with the tensors <c>seeds</c>, <c>image_embeddings</c> and <c>image_latents</c>, the last
/// two for models that take images. It owns its tensors.
/// </summary>
public sealed record SeedSet : IDisposable
{
    private const string Format = "mlnet-synthaugment-seeds-1";
    private const string FormatKey = "format";
    private const string DescriptionKey = "description";
    private const string SeedsName = "seeds";
    private const string EmbeddingsName = "image_embeddings";
    private const string LatentsName = "image_latents";

    // A header without one of the values is damaged.
    private static readonly JsonSerializerOptions s_complete = new()
    { RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true };

    /// <summary>Unit normal noise z_T [B, C, h, w], float32 on the CPU.</summary>
    public required Tensor Seeds { get; init; }

    /// <summary>The images' numbers within the class, one a seed.</summary>
    public required IReadOnlyList<long> Indices { get; init; }

    /// <summary>The class.</summary>
    public required string ClassName { get; init; }

    /// <summary>The seed of the run that they come from; the noise of image embeddings depends on it.</summary>
    public required long RunSeed { get; init; }

    /// <summary>The prompt of all of them.</summary>
    public required string Prompt { get; init; }

    /// <summary>Steps, guidance and size.</summary>
    public required SamplingOptions Sampling { get; init; }

    /// <summary>Class name of the sampler.</summary>
    public required string Scheduler { get; init; }

    /// <summary>The model's <see cref="LatentDiffusionModel.ContentHash"/>.</summary>
    public required string ModelHash { get; init; }

    /// <summary>
    /// For models that take images: those that the seeds belong to, B rows on the CPU; null for none.
    /// </summary>
    public ImageCondition? Images { get; init; }

    /// <summary>What else is to be told of each seed, as JSON objects; empty for nothing.</summary>
    public IReadOnlyList<string> Details { get; init; } = [];

    /// <summary>Writes the file.</summary>
    /// <param name="path">The file; one that is there is replaced.</param>
    public void Save(string path)
    {
        var tensors = new Dictionary<string, Tensor> { [SeedsName] = Seeds };
        if (Images?.Embeddings is { } embeddings)
            tensors[EmbeddingsName] = embeddings;
        if (Images?.Latents is { } latents)
            tensors[LatentsName] = latents;
        var description = new Description(ClassName, Indices, RunSeed, Prompt, Sampling, Scheduler, ModelHash, Details);
        SafetensorsWriter.Write(
            path, tensors, new Dictionary<string, string>
            { [FormatKey] = Format, [DescriptionKey] = JsonSerializer.Serialize(description) });
    }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>Seeds that the caller disposes.</returns>
    /// <exception cref="SafetensorsException">The file is missing or damaged.</exception>
    /// <exception cref="InvalidDataException">It holds something else, or parts that do not fit together.</exception>
    public static SeedSet Load(string path)
    {
        using var file = SafetensorsFile.Open(path);
        if (file.Metadata.GetValueOrDefault(FormatKey) != Format || !file.Tensors.ContainsKey(SeedsName))
            throw new InvalidDataException($"{path} holds no seeds: its header does not name the format {Format}.");
        var description = Describe(path, file.Metadata.GetValueOrDefault(DescriptionKey, ""));
        using var scope = NewDisposeScope();
        var seeds = file.Read(SeedsName, dtype: ScalarType.Float32);
        var images = new ImageCondition
        { Embeddings = ReadIfThere(EmbeddingsName), Latents = ReadIfThere(LatentsName) };
        var count = description.Indices.Count;
        if (seeds.dim() != 4 || count == 0
            || new[] { seeds, images.Embeddings, images.Latents }.Any(
                tensor => tensor is not null && tensor.shape[0] != count)
            || (description.Details.Count != 0 && description.Details.Count != count)
                || !seeds.isfinite().all().item<bool>())
            throw new InvalidDataException(
                $"{path} is damaged: {count} images are described, but the seeds have shape "
                    + $"[{string.Join(", ", seeds.shape)}], the rest does not fit, or there are values that are not "
                    + "numbers.");
        seeds.DetachFromDisposeScope();
        return new SeedSet
        {
            Seeds = seeds,
            Indices = description.Indices,
            ClassName = description.ClassName,
            RunSeed = description.RunSeed,
            Prompt = description.Prompt,
            Sampling = description.Sampling,
            Scheduler = description.Scheduler,
            ModelHash = description.ModelHash,
            Images = images is { Embeddings: null, Latents: null } ? null : images.DetachFromDisposeScope(),
            Details = description.Details,
        };

        Tensor? ReadIfThere(string name) => file.Tensors.ContainsKey(name)
            ? file.Read(name, dtype: ScalarType.Float32) : null;
    }

    /// <summary>Frees the tensors.</summary>
    public void Dispose()
    {
        Seeds.Dispose();
        Images?.Dispose();
    }

    private static Description Describe(string path, string json)
    {
        try
        {
            return JsonSerializer.Deserialize<Description>(json, s_complete) ?? throw new JsonException("it is null.");
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException(
                $"The header of {path} does not describe its seeds: {exception.Message}", exception);
        }
    }

    private sealed record Description(
        string ClassName, IReadOnlyList<long> Indices, long RunSeed, string Prompt, SamplingOptions Sampling,
        string Scheduler, string ModelHash, IReadOnlyList<string> Details);
}

/// <summary>
/// New seeds near given ones, of the same norm: a seed's norm decides how likely a diffusion model finds it.
/// </summary>
public static class SeedPerturbation
{
    /// <summary>u·|seed| / |u| with u = √(1 − s²)·seed + s·noise, image by image.</summary>
    /// <param name="seeds">[B, C, h, w].</param>
    /// <param name="noise">Unit normal noise of the same shape.</param>
    /// <param name="strength">s, 0 (the seed itself) to 1 (noise of the seed's norm).</param>
    /// <returns>[B, C, h, w].</returns>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The strength is not 0 to 1.</exception>
    public static Tensor Apply(Tensor seeds, Tensor noise, double strength)
    {
        if (strength is not (>= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(strength), strength, "It must be 0 to 1.");
        if (seeds.dim() != 4 || !seeds.shape.SequenceEqual(noise.shape))
            throw new ArgumentException(
                $"The seeds have shape [{string.Join(", ", seeds.shape)}], the noise "
                    + $"[{string.Join(", ", noise.shape)}]; [B, C, h, w] twice is expected.", nameof(noise));
        using var scope = NewDisposeScope();
        var mixed = (Kept(Math.Sqrt(1 - strength * strength)) * seeds).Plus(Kept(strength) * noise);
        return (mixed * (Norms(seeds) / Norms(mixed))).MoveToOuterDisposeScope();
    }

    private static Tensor Norms(Tensor seeds) => seeds.flatten(1).norm(1, keepdim: true).unsqueeze(-1).unsqueeze(-1);
}
