using MLNet.SynthAugment.Diffusion.Files;
using MLNet.SynthAugment.Files;
using MLNet.SynthAugment.Store;

namespace MLNet.SynthAugment.Exports;

/// <summary>
/// The files that images were made with (adapters, seeds, tokens), found among what the method learnt by the hash that
/// each image records.
/// </summary>
internal static class FilesOfImages
{
    /// <summary>The files of images in a folder and below, in a fixed order.</summary>
    public static IReadOnlyList<string> Of(string folder, IReadOnlyList<StoredImage> images)
    {
        var hashes = images.Select(image => image.Adapter).OfType<string>().ToHashSet();
        return [.. Directory.EnumerateFiles(folder, "*.safetensors", SearchOption.AllDirectories)
            .Where(file => !StoreLayout.IsTemporary(Path.GetRelativePath(folder, file))
                && hashes.Contains(FileHash.Of(file)))
            .Order(StringComparer.Ordinal)];
    }

    /// <summary>Copies files, with the folders that they lie in.</summary>
    /// <param name="files">The files.</param>
    /// <param name="from">The folder above them.</param>
    /// <param name="folder">A new or empty folder.</param>
    /// <param name="what">What they are, for the error.</param>
    /// <exception cref="IOException">The folder is not empty, or cannot be written.</exception>
    public static void Copy(IReadOnlyList<string> files, string from, string folder, string what)
    {
        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
            throw new IOException($"The folder '{folder}' is not empty. Export the {what} to a new or empty folder.");
        foreach (var file in files)
        {
            var target = Path.Combine(folder, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}
