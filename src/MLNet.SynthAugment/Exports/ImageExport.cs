using System.IO.Compression;
using MLNet.SynthAugment.Store;

namespace MLNet.SynthAugment.Exports;

/// <summary>
/// A set of images as other tools read it: <c>CLASS/NUMBER.png</c>, with <c>manifest.csv</c> and <c>manifest.json</c>
/// beside.
/// </summary>
internal sealed class ImageExport
{
    // Zip files cannot hold earlier times; a fixed one makes equal sets equal files.
    private static readonly DateTimeOffset s_entryTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly List<(string Name, string Path)> _images;
    private readonly List<(string Name, byte[] Content)> _manifests;

    public ImageExport(IReadOnlyList<StoredImage> images, StoreSpecification specification)
    {
        var folders = FolderNames.For(images.Select(image => image.Label));
        var exported = images.Select(
            image => ExportedImage.Of(image, $"{folders[image.Label]}/{Path.GetFileName(image.Path)}", specification))
            .ToList();
        _images = [.. exported.Zip(images, (row, image) => (row.File, image.Path))];
        _manifests = [("manifest.csv", ManifestFiles.Table(exported)), ("manifest.json", ManifestFiles.Json(exported))];
    }

    /// <exception cref="IOException">The folder holds something, or cannot be written.</exception>
    public void WriteFolder(string folder)
    {
        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
            throw new IOException($"The folder '{folder}' is not empty. Export the images to a new or empty folder.");
        foreach (var (name, path) in _images)
        {
            var target = Path.Combine(folder, name);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(path, target);
        }
        foreach (var (name, content) in _manifests)
            AtomicFile.Write(Path.Combine(folder, name), content);
    }

    /// <summary>Writes the zip file, replacing one of the name when it is finished.</summary>
    public void WriteZip(string path) => AtomicFile.Write(path, stream =>
    {
        using var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
        foreach (var (name, image) in _images)
        {
            using var source = File.OpenRead(image);
            // PNG files are compressed already.
            Add(zip, name, CompressionLevel.NoCompression, source.CopyTo);
        }
        foreach (var (name, content) in _manifests)
            Add(zip, name, CompressionLevel.Optimal, target => target.Write(content));
    });

    private static void Add(ZipArchive zip, string name, CompressionLevel compression, Action<Stream> write)
    {
        var entry = zip.CreateEntry(name, compression);
        entry.LastWriteTime = s_entryTime;
        using var target = entry.Open();
        write(target);
    }
}
