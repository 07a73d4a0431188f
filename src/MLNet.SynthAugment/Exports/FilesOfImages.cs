using MLNet.SynthAugment.Diffusion.TextualInversion;
using MLNet.SynthAugment.Files;
using MLNet.SynthAugment.Methods;
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

/// <summary>
/// The seeds that images were made of, found among what the method learnt by the hash that each image records.
/// </summary>
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
        var from = Path.Combine(stateFolder, StoreLayout.Seeds);
        var files = Directory.Exists(from) ? FilesOfImages.Of(from, images) : [];
        if (files.Count == 0)
            throw new InvalidOperationException(
                $"The {images.Count} images of this transformer were made without seeds of {nameof(SeedSelect)}.");
        FilesOfImages.Copy(files, from, folder, "seeds");
    }
}

/// <summary>The tokens that textual inversion found for the images' classes.</summary>
internal static class TokenExport
{
    /// <summary>Copies the token files; they are written as other tools read them in the first place.</summary>
    /// <param name="stateFolder">Where the method keeps what it learnt.</param>
    /// <param name="images">The images.</param>
    /// <param name="folder">A new or empty folder.</param>
    /// <exception cref="InvalidOperationException">The images were made without tokens.</exception>
    /// <exception cref="IOException">The folder is not empty, or cannot be written.</exception>
    public static void Copy(string stateFolder, IReadOnlyList<StoredImage> images, string folder)
    {
        var files = FilesOfImages.Of(stateFolder, images).Where(IsToken).ToList();
        if (files.Count == 0)
            throw new InvalidOperationException(
                $"The {images.Count} images of this transformer were made without learnt tokens, such as those of "
                    + $"{nameof(DAFusion)}.");
        FilesOfImages.Copy(files, stateFolder, folder, "tokens");
    }

    // A method may also learn adapters and seeds, which are no tokens.
    private static bool IsToken(string path)
    {
        try
        {
            TokenEmbedding.Load(path).Dispose();
            return true;
        }
        catch (Exception error) when (error is SafetensorsException or InvalidDataException)
        {
            return false;
        }
    }
}
