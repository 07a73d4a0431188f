using System.Text;

namespace MLNet.SynthAugment.Diffusion.Files;

/// <summary>Files that are either whole or not there, whenever the process is killed: written under a temporary name, flushed to disk, then renamed.</summary>
internal static class AtomicFile
{
    private const string TemporaryExtension = ".tmp";

    public static void Write(string path, Action<Stream> write)
    {
        path = Path.GetFullPath(path);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var temporary = Path.Combine(Path.GetDirectoryName(path)!, TemporaryName(path, Guid.NewGuid().ToString("N")));
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

    public static void Write(string path, byte[] content) => Write(path, stream => stream.Write(content));

    public static void WriteText(string path, string text) => Write(path, Encoding.UTF8.GetBytes(text));

    /// <summary>Puts a finished file where it belongs: on disk first, then under its name.</summary>
    public static void PutInPlace(string finished, string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using (var stream = new FileStream(finished, FileMode.Open, FileAccess.ReadWrite))
            stream.Flush(flushToDisk: true);
        File.Move(finished, path, overwrite: true);
    }

    /// <summary>Deletes what killed processes left behind of a file that nobody else writes now.</summary>
    public static void DeleteUnfinished(string path)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        if (!Directory.Exists(folder))
            return;
        foreach (var temporary in Directory.EnumerateFiles(folder, TemporaryName(path, "*")))
            File.Delete(temporary);
    }

    /// <summary>Deletes what killed processes left behind in a folder and below; files younger than an hour may belong to one that still runs.</summary>
    public static void DeleteUnfinishedIn(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(folder, "*" + TemporaryExtension, SearchOption.AllDirectories))
        {
            if (DateTime.UtcNow - File.GetLastWriteTimeUtc(file) > TimeSpan.FromHours(1))
                File.Delete(file);
        }
    }

    private static string TemporaryName(string path, string unique) => $".{Path.GetFileName(path)}.{unique}{TemporaryExtension}";
}
