using MLNet.SynthAugment.Diffusion.Lora;
using MLNet.SynthAugment.Store;

namespace MLNet.SynthAugment.Exports;

/// <summary>The LoRA adapter that images were made with.</summary>
internal static class AdapterExport
{
    /// <summary>Opens the one adapter of the images; the caller disposes it.</summary>
    /// <param name="stateFolder">Where the method keeps what it learnt.</param>
    /// <param name="images">The images.</param>
    /// <param name="of">Whose images they are, for errors.</param>
    /// <exception cref="InvalidOperationException">The images were made without an adapter, or with several.</exception>
    public static LoraAdapter Open(string stateFolder, IReadOnlyList<StoredImage> images, string of)
    {
        var adapters = LearnedByImages.Find(stateFolder, images).Select(file => LearnedByImages.TryLoad(file.Path, LoraAdapter.Load)).OfType<LoraAdapter>().ToList();
        if (adapters.Count == 1)
            return adapters[0];
        adapters.ForEach(adapter => adapter.Dispose());
        throw new InvalidOperationException(adapters.Count == 0
            ? $"The {images.Count} images of {of} were made without a LoRA adapter."
            : $"The images of {of} were made with {adapters.Count} LoRA adapters, which lie in '{stateFolder}'. Name a class that has one of its own.");
    }
}
