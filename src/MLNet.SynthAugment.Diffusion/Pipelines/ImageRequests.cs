namespace MLNet.SynthAugment.Diffusion.Pipelines;

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
