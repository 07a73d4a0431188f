using MLNet.SynthAugment.Diffusion.TextualInversion;
using MLNet.SynthAugment.Diffusion.Weights;
using MLNet.SynthAugment.Methods;
using MLNet.SynthAugment.Store;

namespace MLNet.SynthAugment.Exports;

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
