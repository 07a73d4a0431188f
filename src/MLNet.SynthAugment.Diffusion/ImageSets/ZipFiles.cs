using System.IO.Compression;

namespace MLNet.SynthAugment.Diffusion.ImageSets;

/// <summary>The files of a zip of unknown origin. Nothing is unpacked to disk, so no entry can be written anywhere.</summary>
internal static class ZipFiles
{
    private const int NamesShown = 5;

    /// <exception cref="InvalidDataException">The file is no zip, or a zip bomb.</exception>
    public static ZipArchive Open(string path)
    {
        try
        {
            var zip = ZipFile.OpenRead(path);
            // The directory is read now, so that damage shows here.
            var packed = zip.Entries.Sum(entry => (decimal)entry.CompressedLength);
            var length = new FileInfo(path).Length;
            if (packed <= length)
                return zip;
            // Entries that share their packed bytes let a small file unpack to any size, each of them within the bounds for one image.
            zip.Dispose();
            throw new InvalidDataException($"its entries take {packed} bytes, more than the {length} of the file, as those of a zip bomb do");
        }
        catch (InvalidDataException error)
        {
            throw new InvalidDataException($"{path} is neither a folder nor a readable zip file: {error.Message}", error);
        }
    }

    /// <summary>The entries that can be opened. Of two with the same path the first counts.</summary>
    public static IReadOnlyList<ImageFile> In(ZipArchive zip, Action<string> warn)
    {
        var files = new Dictionary<string, ImageFile>(StringComparer.Ordinal);
        List<string> leadingOut = [], repeated = [], encrypted = [];
        foreach (var entry in zip.Entries)
        {
            var path = entry.FullName.Replace('\\', '/');
            if (path.EndsWith('/'))
                continue;
            if (ImagePaths.LeadsOut(path))
                leadingOut.Add(path);
            else if (entry.IsEncrypted)
                encrypted.Add(path);
            else if (!files.TryAdd(path, new ImageFile(path, entry.Length, entry.CompressedLength, entry.Open)))
                repeated.Add(path);
        }
        Warn("are left out, because their paths lead out of the zip", leadingOut, warn);
        Warn("are left out, because they are encrypted (unpack the zip and give the folder)", encrypted, warn);
        Warn("have the path of an earlier one, which counts", repeated, warn);
        return [.. files.Values];
    }

    private static void Warn(string what, List<string> paths, Action<string> warn)
    {
        if (paths.Count > 0)
            warn($"{paths.Count} zip entries {what}: {string.Join(", ", paths.Take(NamesShown).Select(path => $"'{path}'"))}{(paths.Count > NamesShown ? ", …" : "")}.");
    }
}
