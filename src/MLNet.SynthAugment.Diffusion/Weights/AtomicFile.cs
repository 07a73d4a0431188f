namespace MLNet.SynthAugment.Diffusion.Weights;

/// <summary>Writes files that are either complete or absent, whenever the process is killed.</summary>
internal static class AtomicFile
{
    internal static void Write(string path, Action<Stream> write)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        Directory.CreateDirectory(folder);
        var temporary = Path.Combine(folder, TemporaryName(path, Guid.NewGuid().ToString("N")));
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16))
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

    /// <summary>Deletes what processes that were killed while they wrote the file have left behind.</summary>
    internal static void DeleteUnfinished(string path)
    {
        foreach (var temporary in Directory.EnumerateFiles(Path.GetDirectoryName(Path.GetFullPath(path))!, TemporaryName(path, "*")))
            File.Delete(temporary);
    }

    internal static void WriteText(string path, string text) =>
        Write(path, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(text)));

    private static string TemporaryName(string path, string unique) => $".{Path.GetFileName(path)}.{unique}.tmp";
}
