using MLNet.SynthAugment.Diffusion.Lora;
using MLNet.SynthAugment.Store;

namespace MLNet.SynthAugment.Exports;

/// <summary>
/// The LoRA adapter that images were made with, found among what the method learnt by the hash that each image records.
/// </summary>
internal static class AdapterExport
{
    /// <summary>Opens the one adapter of the images; the caller disposes it.</summary>
    /// <param name="stateFolder">Where the method keeps what it learnt.</param>
    /// <param name="images">The images.</param>
    /// <param name="label">Whose images they are; null for those of all classes.</param>
    /// <exception cref="InvalidOperationException">The images were made without an adapter, or with
    /// several.</exception>
    public static LoraAdapter Open(string stateFolder, IReadOnlyList<StoredImage> images, string? label)
    {
        var adapters = FilesOfImages.Of(stateFolder, images).Select(TryLoad).OfType<LoraAdapter>().ToList();
        if (adapters.Count == 1)
            return adapters[0];
        adapters.ForEach(adapter => adapter.Dispose());
        var of = label is null ? "this transformer" : $"class '{label}'";
        throw new InvalidOperationException(adapters.Count switch
        {
            0 => $"The {images.Count} images of {of} were made without a LoRA adapter.",
            // LoFT's are trained on single shots.
            _ when label is not null =>
                $"The images of {of} were made with {adapters.Count} LoRA adapters, so that there is none for the "
                + $"class. All of them lie in '{stateFolder}' as safetensors files in PEFT's naming, which other tools "
                + "read, and the command 'synthaugment convert' rewrites in other namings.",
            _ => $"The images of {of} were made with {adapters.Count} LoRA adapters, which lie in '{stateFolder}'. "
                + "Name a class that has one of its own.",
        });
    }

    // A method may also learn seeds and tokens, which are no adapters.
    private static LoraAdapter? TryLoad(string path)
    {
        try
        {
            return LoraAdapter.Load(path);
        }
        catch (Exception error) when (error is SafetensorsException or InvalidDataException)
        {
            return null;
        }
    }
}
