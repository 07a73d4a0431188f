using MLNet.SynthAugment.Methods;
using MLNet.SynthAugment.Store;

namespace MLNet.SynthAugment.Exports;

/// <summary>The seeds that images were made of, found among what the method learnt by the hash that each image records.</summary>
internal static class SeedExport
{
    /// <summary>Copies the images' seed files, with the folders that they lie in.</summary>
    /// <param name="stateFolder">Where the method keeps what it learnt.</param>
    /// <param name="images">The images.</param>
    /// <param name="folder">A new or empty folder.</param>
    /// <exception cref="InvalidOperationException">The images were made without seeds.</exception>
    /// <exception cref="IOException">The folder is not empty, or cannot be written.</exception>
    public static void Copy(string stateFolder, IReadOnlyList<StoredImage> images, string folder)
    {
        var from = Path.Combine(stateFolder, SeedGroup.Folder);
        var hashes = images.Select(image => image.Adapter).OfType<string>().ToHashSet();
        var files = Directory.Exists(from) ? Directory.GetFiles(from, "*.safetensors", SearchOption.AllDirectories).Where(file => hashes.Contains(FileHash.Of(file))).ToList() : [];
        if (files.Count == 0)
            throw new InvalidOperationException($"The {images.Count} images of this transformer were made without seeds of {SeedSelect.MethodName}.");
        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
            throw new IOException($"The folder '{folder}' is not empty. Export the seeds to a new or empty folder.");
        foreach (var file in files)
        {
            var target = Path.Combine(folder, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}
