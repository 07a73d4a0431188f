using MLNet.SynthAugment.FewShot;
using MLNet.SynthAugment.Methods;

namespace MLNet.SynthAugment.Store;

/// <summary>How many images of a class are wanted, from an index on.</summary>
internal sealed record ImageQuota(ShotClass Class, long First, long Count);

/// <summary>Makes the images that a store lacks.</summary>
/// <param name="store">The store.</param>
/// <param name="batchSize">Images made together; batch b of a class holds the indices b·size … b·size + size − 1.</param>
/// <param name="openSource">Adapts the method; called only if an image is missing.</param>
/// <param name="log">Takes sentences on the progress.</param>
internal sealed class StoreFiller(SynthesisStore store, int batchSize, Func<IImageSource> openSource, Action<string> log)
{
    private sealed record Work(ImageBatch Batch, IReadOnlySet<long> Missing);

    /// <summary>Returns the images of every quota, in order, making those that are missing.</summary>
    public IReadOnlyList<StoredImage> Fill(IReadOnlyList<ImageQuota> quotas, CancellationToken cancellation)
    {
        var work = quotas.SelectMany(FindWork).ToList();
        var missing = work.Sum(item => item.Missing.Count);
        var wanted = quotas.Sum(quota => quota.Count);
        log(missing == 0
            ? $"All {wanted} synthetic images are in the store '{store.Folder}'; none has to be made."
            : $"Of {wanted} synthetic images, {missing} in {work.Count} batches of {batchSize} are missing in the store '{store.Folder}' and are made now.");
        if (missing > 0)
            Make(work, missing, cancellation);
        return [.. quotas.SelectMany(quota => Indices(quota).Select(index => store.Find(quota.Class.Label, index)!))];
    }

    private void Make(List<Work> work, int missing, CancellationToken cancellation)
    {
        var made = 0;
        try
        {
            cancellation.ThrowIfCancellationRequested();
            using var source = openSource();
            var progress = new ProgressLog("synthetic images", missing, log);
            foreach (var (batch, wanted) in work)
            {
                cancellation.ThrowIfCancellationRequested();
                Make(source, batch, wanted, cancellation);
                made += wanted.Count;
                progress.Report(made);
            }
        }
        catch (OperationCanceledException)
        {
            log($"Stopped after {made} of {missing} images. What was made is kept in '{store.Folder}'; the same Fit goes on from there.");
            throw;
        }
    }

    private void Make(IImageSource source, ImageBatch batch, IReadOnlySet<long> wanted, CancellationToken cancellation)
    {
        var images = source.Generate(batch, cancellation);
        try
        {
            if (images.Count != batch.Indices.Count)
                throw new InvalidOperationException($"The method gave {images.Count} images for a batch of {batch.Indices.Count} (class '{batch.Class.Label}').");
            // A batch is always made whole, because its size can decide the last bits of each image: those that were there already are
            // dropped, and those beyond the quota wait in the store for a larger one.
            for (var i = 0; i < images.Count; i++)
            {
                if (wanted.Contains(batch.Indices[i]))
                    store.Add(batch.Class.Label, batch.Indices[i], images[i]);
            }
        }
        finally
        {
            foreach (var image in images)
                image.Dispose();
        }
    }

    private IEnumerable<Work> FindWork(ImageQuota quota) => Indices(quota)
        .Where(index => store.Find(quota.Class.Label, index) is null)
        .Select(index => index / batchSize).Distinct()
        .Select(batch => Range(batch * batchSize, batchSize))
        .Select(indices => new Work(new ImageBatch(quota.Class, indices), indices.Where(index => store.Find(quota.Class.Label, index) is null).ToHashSet()));

    private static IReadOnlyList<long> Indices(ImageQuota quota) => Range(quota.First, quota.Count);

    private static IReadOnlyList<long> Range(long first, long count) => [.. Enumerable.Range(0, (int)count).Select(i => first + i)];
}
