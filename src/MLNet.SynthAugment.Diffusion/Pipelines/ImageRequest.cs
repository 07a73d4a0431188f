namespace MLNet.SynthAugment.Diffusion.Pipelines;

/// <summary>One image to make.</summary>
/// <param name="Prompt">What it shall show.</param>
/// <param name="Key">What alone decides its noise; a plain number is the key of that seed.</param>
public record ImageRequest(string Prompt, NoiseKey Key)
{
    /// <summary>What this image should not show; null for <see cref="SamplingOptions.NegativePrompt"/>.</summary>
    public string? NegativePrompt { get; init; }

    /// <summary>
    /// For models that take images (see <see cref="ImageConditioner"/>): one row; it stays the caller's. Null drops the
    /// condition.
    /// </summary>
    public ImageCondition? ImageCondition { get; init; }
}

/// <summary>Several images of one request.</summary>
public static class ImageRequests
{
    /// <summary>
    /// Asks for several images that differ in their noise alone: the same request with successive indices in its key.
    /// </summary>
    /// <typeparam name="TRequest">The kind of request.</typeparam>
    /// <param name="request">The first of them.</param>
    /// <param name="count">How many, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The count is below 1.</exception>
    public static IReadOnlyList<TRequest> Repeat<TRequest>(
        this TRequest request, int count) where TRequest : ImageRequest
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return [.. Enumerable.Range(0, count)
            .Select(i => request with { Key = request.Key with { Index = request.Key.Index + i } })];
    }
}

/// <summary>
/// Gives the noise of a run. Each pipeline says what streams it asks for; equal streams give equal noise, in any order
/// and as often as they are asked for.
/// </summary>
/// <param name="stream">What the noise is for, such as <c>latents</c> or <c>step 3</c>.</param>
/// <param name="rowShape">Shape of one image's share.</param>
/// <returns>Unit normal float32 [B, …] on the model's device.</returns>
public delegate Tensor NoiseSource(string stream, long[] rowShape);

/// <summary>The noise of requests.</summary>
public static class RequestNoise
{
    /// <summary>The stream of the noise that sampling starts from.</summary>
    public const string Latents = "latents";

    /// <summary>The stream of the noise that a sampler adds in a step.</summary>
    /// <param name="step">Index of the step in the sampler's list.</param>
    public static string Step(int step) => $"step {step}";

    /// <summary>Noise that is a function of each request's key alone (see <see cref="Noise"/>).</summary>
    /// <param name="requests">The requests, one a row.</param>
    /// <param name="device">Where the noise is wanted; it is drawn on the CPU all the same.</param>
    public static NoiseSource For(IReadOnlyList<ImageRequest> requests, Device device) => (stream, rowShape) =>
    {
        using var scope = NewDisposeScope();
        long[] shape = [1, .. rowShape];
        var rows = requests.Select(request => Noise.Normal(request.Key, shape, stream)).ToList();
        return cat(rows).to(device).MoveToOuterDisposeScope();
    };
}
