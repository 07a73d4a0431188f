using MLNet.SynthAugment.Logging;
using MLNet.SynthAugment.Methods;
using MLNet.SynthAugment.Selection;
using MLNet.SynthAugment.Store;

namespace MLNet.SynthAugment.Synthesis;

/// <summary>Makes the images that a store lacks, alone or together with other processes.</summary>
/// <param name="store">The store.</param>
/// <param name="batchSize">Images made together; batch b of a class holds the indices b·size … b·size + size −
/// 1.</param>
/// <param name="method">Makes the images; adapted only if one is missing.</param>
/// <param name="maxTries">At most so many candidates are made for each image.</param>
/// <param name="selector">Decides on the images; null accepts all.</param>
/// <param name="log">Takes sentences on the progress.</param>
internal sealed class StoreFiller(
    SynthesisStore store, int batchSize, AdaptedMethod method, int maxTries, Selector? selector,
    SynthesisLog log)
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Returns the images of every quota, in order, making those that are missing.</summary>
    public FilledStore Fill(IReadOnlyList<ImageQuota> quotas, CancellationToken cancellationToken)
    {
        var classes = quotas.Select(quota => new ClassCandidates(store, quota, maxTries, selector?.For(quota.Class)))
            .ToList();
        foreach (var found in classes)
            found.Advance(cancellationToken);
        if (classes.TrueForAll(found => found.IsComplete))
            log.Info($"All {classes.Sum(found => found.Total)} synthetic images are in the store '{store.Folder}'; "
                + "none has to be made.");
        else
            Make(classes, cancellationToken);
        if (selector is not null)
            ReportSelection(classes);
        return new FilledStore([.. classes.SelectMany(found => found.Images())],
            [.. classes.SelectMany(found => found.Rejected)]);
    }

    private void Make(List<ClassCandidates> classes, CancellationToken cancellationToken)
    {
        var (wanted, before) = (classes.Sum(found => found.Total), Done());
        log.Info($"Of {wanted} synthetic images, {wanted - before} are missing in the store '{store.Folder}' and are "
            + $"made now, in batches of {batchSize}.");
        var progress = new ProgressLog("synthetic images", wanted - before, log.Info);
        try
        {
            var waits = false;
            while (!classes.TrueForAll(found => found.IsComplete))
            {
                cancellationToken.ThrowIfCancellationRequested();
                // A class is made as far as possible before the next one: a method may have to change adapters between
                // classes.
                if (classes.Count(MakeWhatIsFree) > 0)
                    continue;
                if (!waits)
                    log.Info("All that is missing is being made by other runs on the same store; waiting for them.");
                waits = true;
                cancellationToken.WaitHandle.WaitOne(s_pause);
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
            for (; TryMakeBatch(candidates, cancellationToken); made++)
            {
                progress.Report(Done() - before);
                log.Progress?.Report(new SynthesisProgress(Done() - before, wanted - before));
            }
            return made > 0;
        }
    }

    // Makes the first batch that is missing and that nobody else is making; false if there is none.
    private bool TryMakeBatch(ClassCandidates candidates, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
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
                MakeBatch(new ImageBatch(candidates.Class, indices), cancellationToken);
            claim.Delete();
            // What was made is decided on, also when the run is cancelled meanwhile.
            candidates.Advance(CancellationToken.None);
            return true;
        }
        return false;
    }

    private void MakeBatch(ImageBatch batch, CancellationToken cancellationToken)
    {
        var images = method.Generate(batch, cancellationToken);
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

    // Says how many candidates were accepted, and warns of classes that the rejected fill up.
    private void ReportSelection(List<ClassCandidates> classes)
    {
        var (candidates, accepted) = (classes.Sum(found => found.Decided), classes.Sum(found => found.Accepted));
        var share = 100.0 * accepted / Math.Max(candidates, 1);
        log.Info(string.Create(CultureInfo.InvariantCulture,
            $"The selection accepted {accepted} of {candidates} candidates ({share:0.#} %)."));
        foreach (var found in classes.Where(found => found.FilledUp > 0))
        {
            var copies = found.Rejected.Count(image => image.Decision!.IsNearCopy);
            log.Warn($"Class '{found.Class.Label}': only {found.Accepted} of {found.Decided} candidates were "
                + $"accepted ({copies} of the others are near copies), "
                + $"and MaxTries allows no more: the best {found.FilledUp} of the rejected fill up its {found.Total} "
                + "images.");
        }
    }
}

/// <summary>What a store gave for some quotas.</summary>
/// <param name="Images">The images wanted, class by class.</param>
/// <param name="Rejected">The candidates that were rejected on the way, class by class; some of them may be among the
/// images nevertheless.</param>
internal sealed record FilledStore(IReadOnlyList<StoredImage> Images, IReadOnlyList<StoredImage> Rejected);
