using MLNet.SynthAugment.Logging;
using MLNet.SynthAugment.Methods;
using MLNet.SynthAugment.Selection;
using MLNet.SynthAugment.Store;

namespace MLNet.SynthAugment.Synthesis;

/// <summary>Makes the images that a store lacks, alone or together with other processes.</summary>
/// <param name="store">The store.</param>
/// <param name="batchSize">Images made together; batch b of a class holds the indices b·size … b·size + size −
/// 1.</param>
/// <param name="openSource">Adapts the method; called only if an image is missing.</param>
/// <param name="maxTries">At most so many candidates are made for each image.</param>
/// <param name="selector">Decides on the images; null accepts all.</param>
/// <param name="log">Takes sentences on the progress.</param>
internal sealed class StoreFiller(
    SynthesisStore store, int batchSize, Func<IImageSource> openSource, int maxTries, Selector? selector,
    SynthesisLog log)
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Returns the images of every quota, in order, making those that are missing.</summary>
    public FilledStore Fill(IReadOnlyList<ImageQuota> quotas, CancellationToken cancellation)
    {
        var classes = quotas.Select(quota => new ClassCandidates(store, quota, maxTries, selector?.For(quota.Class)))
            .ToList();
        foreach (var found in classes)
            found.Advance(cancellation);
        if (classes.TrueForAll(found => found.IsComplete))
            log.Info($"All {classes.Sum(found => found.Total)} synthetic images are in the store '{store.Folder}'; "
                + "none has to be made.");
        else
            Make(classes, cancellation);
        if (selector is not null)
            SelectionLog.Report(classes, log);
        return new FilledStore([.. classes.SelectMany(found => found.Images())],
            [.. classes.SelectMany(found => found.Rejected)]);
    }

    private void Make(List<ClassCandidates> classes, CancellationToken cancellation)
    {
        var (wanted, before) = (classes.Sum(found => found.Total), Done());
        log.Info($"Of {wanted} synthetic images, {wanted - before} are missing in the store '{store.Folder}' and are "
            + $"made now, in batches of {batchSize}.");
        using var source = new LazySource(openSource);
        var progress = new ProgressLog("synthetic images", wanted - before, log.Info);
        try
        {
            var waits = false;
            while (!classes.TrueForAll(found => found.IsComplete))
            {
                cancellation.ThrowIfCancellationRequested();
                // A class is made as far as possible before the next one: a method may have to change adapters between
                // classes.
                if (classes.Count(MakeWhatIsFree) > 0)
                    continue;
                if (!waits)
                    log.Info("All that is missing is being made by other runs on the same store; waiting for them.");
                waits = true;
                cancellation.WaitHandle.WaitOne(s_pause);
            }
        }
        catch (OperationCanceledException)
        {
            log.Info($"Stopped after {Done() - before} of {wanted - before} images. What was made is kept in "
                + $"'{store.Folder}'; the same Fit goes on from there.");
            throw;
        }

        long Done() => classes.Sum(found => found.Done);

        bool MakeWhatIsFree(ClassCandidates candidates)
        {
            var made = 0;
            for (; TryMakeBatch(candidates, source, cancellation); made++)
            {
                progress.Report(Done() - before);
                log.Progress?.Report(new SynthesisProgress(Done() - before, wanted - before));
            }
            return made > 0;
        }
    }

    // Makes the first batch that is missing and that nobody else is making; false if there is none.
    private bool TryMakeBatch(ClassCandidates candidates, LazySource source, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var label = candidates.Class.Label;
        foreach (var batch in candidates.Missing().Select(index => index / batchSize).Distinct())
        {
            using var claim = store.TryClaim(label, batch);
            if (claim is null)
                continue;
            var indices = Enumerable.Range(0, batchSize).Select(i => batch * batchSize + i).ToList();
            // Another may have made it since this run last looked.
            store.Refresh(label, indices[0], indices[^1]);
            if (indices.Exists(index => store.Find(label, index) is null))
                MakeBatch(source.Get(), new ImageBatch(candidates.Class, indices), cancellation);
            claim.Delete();
            // What was made is decided on, also when the run is cancelled meanwhile.
            candidates.Advance(CancellationToken.None);
            return true;
        }
        return false;
    }

    private void MakeBatch(IImageSource source, ImageBatch batch, CancellationToken cancellation)
    {
        var images = source.Generate(batch, cancellation);
        try
        {
            if (images.Count != batch.Indices.Count)
                throw new InvalidOperationException(
                    $"The method gave {images.Count} images for a batch of {batch.Indices.Count} (class "
                        + $"'{batch.Class.Label}').");
            // A batch is always made whole, because its size can decide the last bits of each image: those that were
            // there already are dropped, and those beyond the quota wait in the store for a larger one.
            store.Add(batch.Class.Label,
                [.. batch.Indices.Zip(images).Where(item => store.Find(batch.Class.Label, item.First) is null)]);
        }
        finally
        {
            foreach (var image in images)
                image.Dispose();
        }
    }

    /// <summary>The method, adapted at the first use.</summary>
    private sealed class LazySource(Func<IImageSource> open) : IDisposable
    {
        private IImageSource? _source;

        public IImageSource Get() => _source ??= open();

        public void Dispose() => _source?.Dispose();
    }
}
