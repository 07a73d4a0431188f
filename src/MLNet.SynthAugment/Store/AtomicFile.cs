namespace MLNet.SynthAugment.Store;

/// <summary>Files that are either whole or not there: written under a temporary name, flushed to disk, then renamed.</summary>
internal static class AtomicFile
{
    public const string TemporaryExtension = ".tmp";

    public static void Write(string path, byte[] content) => Write(path, stream => stream.Write(content));

    public static void Write(string path, Action<Stream> write)
    {
        path = Path.GetFullPath(path);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var temporary = $"{path}.{Guid.NewGuid():N}{TemporaryExtension}";
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }
            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>Puts a finished file where it belongs: on disk first, then under its name.</summary>
    public static void PutInPlace(string finished, string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using (var stream = new FileStream(finished, FileMode.Open, FileAccess.ReadWrite))
            stream.Flush(flushToDisk: true);
        File.Move(finished, path, overwrite: true);
    }

    /// <summary>Deletes what killed processes left behind of a file that nobody else writes now.</summary>
    public static void DeleteLeftoversOf(string path)
    {
        if (!Directory.Exists(Path.GetDirectoryName(path)))
            return;
        foreach (var file in Directory.EnumerateFiles(Path.GetDirectoryName(path)!, $"{Path.GetFileName(path)}.*{TemporaryExtension}"))
            File.Delete(file);
    }

    /// <summary>Deletes what killed processes left behind; files younger than an hour may belong to one that still runs.</summary>
    public static void DeleteLeftovers(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(folder, "*" + TemporaryExtension, SearchOption.AllDirectories))
        {
            if (DateTime.UtcNow - File.GetLastWriteTimeUtc(file) > TimeSpan.FromHours(1))
                File.Delete(file);
        }
    }
}
