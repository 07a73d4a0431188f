namespace MLNet.SynthAugment.Files;

/// <summary>Files of a folder that several threads and processes need and one of them makes.</summary>
internal sealed class LearnedFiles(string folder, Action<string> log, CancellationToken cancellationToken)
{
    // The state folder's: what errors are about.
    private readonly string _store = StoreLayout.StoreOfState(folder);

    /// <summary>The path of a file, which is made unless it is there and sound.</summary>
    /// <exception cref="IOException">The disk is full, or cannot be written.</exception>
    public string Get(string fileName, Action<string> make, Func<string, bool> isSound)
    {
        Check(fileName);
        var path = Path.Combine(folder, fileName);
        if (IsMade())
            return path;
        using var _ = StoreErrors.Guard(_store, () =>
            FileLock.Take(Prepare(StoreLayout.LockOf(folder, fileName)),
                () => log($"Waiting for another run on the same store that makes '{path}'."), cancellationToken));
        // Another may have made it while this one waited.
        if (IsMade())
            return path;
        var unfinished = StoreErrors.Guard(_store, () =>
        {
            var begun = Prepare(StoreLayout.UnfinishedOf(folder, fileName));
            File.Delete(begun);
            AtomicFile.DeleteUnfinished(begun);
            return begun;
        });
        StoreErrors.GuardWork(_store, () => make(unfinished));
        if (!File.Exists(unfinished))
            throw new InvalidOperationException(
                $"What should have made '{fileName}' did not write to the path it was given, '{unfinished}'.");
        return StoreErrors.Guard(_store, () =>
        {
            AtomicFile.PutInPlace(unfinished, path);
            return path;
        });

        bool IsMade() => File.Exists(path) && isSound(path);
    }

    private void Check(string fileName)
    {
        ArgumentException.ThrowIfNullOrEmpty(fileName);
        if (Path.IsPathRooted(fileName) || fileName.Split('/', '\\').Contains("..")
            || StoreLayout.IsTemporary(fileName))
            throw new ArgumentException($"'{fileName}' is no name for a file in '{folder}'.", nameof(fileName));
    }

    private static string Prepare(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return path;
    }
}
