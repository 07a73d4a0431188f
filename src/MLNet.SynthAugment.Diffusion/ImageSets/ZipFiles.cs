using System.IO.Compression;

namespace MLNet.SynthAugment.Diffusion.ImageSets;

/// <summary>
/// The files of a zip of unknown origin. Nothing is unpacked to disk, so no entry can be written anywhere.
/// </summary>
internal sealed class ZipFiles : IDisposable
{
    // st_mode of Unix, which zips keep in the upper half of the attributes.
    private const int TypeOfUnixFile = 0xF000;
    private const int UnixLink = 0xA000;

    private readonly ZipArchive _zip;
    private readonly List<(ZipArchiveEntry Entry, string Path)> _entries;
    private readonly string? _codePage;

    private ZipFiles(ZipArchive zip, IReadOnlyList<string> names, string? codePage)
    {
        _zip = zip;
        _codePage = codePage;
        _entries = [.. zip.Entries.Zip(names, (entry, name) => (entry, ImagePaths.Plain(name)))];
    }

    /// <summary>Opens a zip.</summary>
    /// <param name="path">The file.</param>
    /// <param name="encoding">The encoding of names that say nothing of it; null to find it out.</param>
    /// <exception cref="InvalidDataException">The file is no zip, or a zip bomb.</exception>
    public static ZipFiles Open(string path, Encoding? encoding)
    {
        var file = File.OpenRead(path);
        try
        {
            var (names, codePage) = ZipNameDecoder.Decode(ZipDirectory.Read(file), encoding);
            var zip = new ZipArchive(file, ZipArchiveMode.Read);
            // The directory is read now, so that damage shows here.
            var packed = zip.Entries.Sum(entry => (decimal)entry.CompressedLength);
            if (zip.Entries.Count != names.Count)
                throw new InvalidDataException("its directory is damaged");
            // Entries that share their packed bytes let a small file unpack to any size, each of them within the bounds
            // for one image.
            if (packed > file.Length)
                throw new InvalidDataException(
                    $"its entries take {packed} bytes, more than the {file.Length} of the file, as those of a zip bomb "
                    + $"do");
            return new ZipFiles(zip, names, codePage);
        }
        catch (InvalidDataException error)
        {
            file.Dispose();
            throw new InvalidDataException(
                $"{path} is neither a folder nor a readable zip file: {error.Message}", error);
        }
    }

    /// <summary>The entries that can be opened. Of two with the same path the first counts.</summary>
    public SetFiles List()
    {
        var files = new Dictionary<string, ImageFile>(StringComparer.Ordinal);
        var folders = new HashSet<string>(StringComparer.Ordinal);
        var leftOut = new List<LeftOutFile>();
        foreach (var (entry, path) in _entries)
        {
            if (!ImagePaths.LeadsOut(path) && ImagePaths.VisibleFolderOfHidden(path) is { } visible)
                folders.Add(visible);
            else if (path.Length == 0 || path.EndsWith('/'))
                folders.Add(path.TrimEnd('/'));
            else if (ReasonToLeaveOut(entry, path) is { } reason)
                leftOut.Add(new LeftOutFile("", path, reason));
            else if (!files.TryAdd(path, new ImageFile(path, entry.Length, entry.CompressedLength, entry.Open)))
                leftOut.Add(new LeftOutFile("", path, "an earlier entry of the zip has the same path"));
        }
        string[] notes = _codePage is null ? []
            : [$"The zip does not say in which encoding its names are; they are read as {_codePage}. Another one is "
            + $"given by --zip-encoding (ZipEncoding)."];
        return new SetFiles([.. files.Values],
            [.. folders.Where(folder => folder.Length > 0 && !ImagePaths.LeadsOut(folder))], leftOut, notes);
    }

    public void Dispose() => _zip.Dispose();

    private static string? ReasonToLeaveOut(ZipArchiveEntry entry, string path)
    {
        if (ImagePaths.LeadsOut(path))
            return "its path leads out of the zip";
        if (entry.IsEncrypted)
            return "it is encrypted; unpack the zip and give the folder";
        return ((entry.ExternalAttributes >> 16) & TypeOfUnixFile) == UnixLink
            ? "it is a link, which is not followed inside a zip; unpack the zip and give the folder" : null;
    }
}
