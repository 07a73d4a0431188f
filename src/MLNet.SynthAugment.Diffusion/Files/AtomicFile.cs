namespace MLNet.SynthAugment.Diffusion.Files;

/// <summary>
/// Files that are either whole or not there, whenever the process is killed: written under a temporary name, flushed to
/// disk, then renamed.
/// </summary>
public static class AtomicFile
{
    private const string TemporaryExtension = ".tmp";

    /// <summary>Writes a file, in place of one that is there.</summary>
    /// <param name="path">The file; its folder is made if it is not there.</param>
    /// <param name="write">Writes the content.</param>
    /// <exception cref="IOException">The file cannot be written; what was there stays.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        path = Path.GetFullPath(path);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var temporary = Path.Combine(Path.GetDirectoryName(path)!, TemporaryName(path, Guid.NewGuid().ToString("N")));
        try
        {
            using (var stream = new FileStream(
                temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16))
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

    /// <inheritdoc cref="Write(string, Action{Stream})"/>
    /// <param name="path">The file; its folder is made if it is not there.</param>
    /// <param name="content">The content.</param>
    public static void Write(string path, byte[] content) => Write(path, stream => stream.Write(content));

    /// <inheritdoc cref="Write(string, Action{Stream})"/>
    /// <param name="path">The file; its folder is made if it is not there.</param>
    /// <param name="text">The content, written in UTF-8.</param>
    public static void WriteText(string path, string text) => Write(path, Encoding.UTF8.GetBytes(text));

    /// <summary>Puts a finished file where it belongs: on disk first, then under its name.</summary>
    /// <param name="finished">The file as it is now.</param>
    /// <param name="path">Where it belongs, on the same disk; replaces what is there.</param>
    public static void PutInPlace(string finished, string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using (var stream = new FileStream(finished, FileMode.Open, FileAccess.ReadWrite))
            stream.Flush(flushToDisk: true);
        File.Move(finished, path, overwrite: true);
    }

    /// <summary>Deletes what killed processes left behind of a file that nobody else writes now.</summary>
    /// <param name="path">The file.</param>
    public static void DeleteUnfinished(string path)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        if (!Directory.Exists(folder))
            return;
        foreach (var temporary in Directory.EnumerateFiles(folder, TemporaryName(path, "*")))
            File.Delete(temporary);
    }

    /// <summary>
    /// Deletes what killed processes left behind in a folder and below; files younger than an hour may belong to one
    /// that still runs.
    /// </summary>
    /// <param name="folder">The folder.</param>
    public static void DeleteUnfinishedIn(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(folder, "*" + TemporaryExtension, SearchOption.AllDirectories))
        {
            if (DateTime.UtcNow - File.GetLastWriteTimeUtc(file) > TimeSpan.FromHours(1))
                File.Delete(file);
        }
    }

    private static string TemporaryName(string path, string unique) =>
        $".{Path.GetFileName(path)}.{unique}{TemporaryExtension}";
}
