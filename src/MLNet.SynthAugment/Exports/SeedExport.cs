using MLNet.SynthAugment.Files;
using MLNet.SynthAugment.Methods;
using MLNet.SynthAugment.Store;

namespace MLNet.SynthAugment.Exports;

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
                $"The {images.Count} images of this transformer were made without seeds of {SeedSelect.MethodName}.");
        FilesOfImages.Copy(files, from, folder, "seeds");
    }
}
