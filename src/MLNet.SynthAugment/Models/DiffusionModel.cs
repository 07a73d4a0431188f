using MLNet.SynthAugment.Embedded;

namespace MLNet.SynthAugment;

/// <summary>
/// Names the weights of a diffusion model. It holds no weights itself: they are loaded when images are to be made.
/// </summary>
public sealed class DiffusionModel
{
    private DiffusionModel(string folder, bool isEmbedded)
    {
        Folder = folder;
        IsEmbedded = isEmbedded;
    }

    /// <summary>The small model that comes with this package: 32×32 pixels, quick enough for a CPU.</summary>
    public static DiffusionModel Embedded { get; } = new(EmbeddedModel.Folder, isEmbedded: true);

    /// <summary>The folder of the weights.</summary>
    public string Folder { get; }

    /// <summary>Whether this is <see cref="Embedded"/>.</summary>
    public bool IsEmbedded { get; }

    /// <summary>
    /// A model in a Hugging Face folder (<c>model_index.json</c>, <c>unet/</c>, <c>vae/</c>, …) with safetensors
    /// weights, as downloaded.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="ModelFolderException">The folder is not there, or is no model folder.</exception>
    public static DiffusionModel FromFolder(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        return new DiffusionModel(ModelFolder.Open(folder).FullPath, isEmbedded: false);
    }

    /// <summary>A folder that need not be there until the weights are needed.</summary>
    internal static DiffusionModel At(string folder) => new(folder, isEmbedded: false);

    /// <summary>Loads the weights.</summary>
    /// <param name="device"><c>auto</c>, <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>.</param>
    /// <param name="precision">The number format to hold and compute in.</param>
    /// <param name="log">Gets a sentence on the device that was taken and why.</param>
    /// <returns>The loaded model, which the caller disposes.</returns>
    /// <exception cref="ModelFolderException">A file is missing or does not fit.</exception>
    /// <exception cref="SafetensorsException">A weight file is damaged.</exception>
    public LatentDiffusionModel Load(
        string device = "auto", Precision precision = Precision.Float32, Action<string>? log = null) =>
        LatentDiffusionModel.Load(
            Folder, new LoadOptions { Device = ComputeDevice.Select(device, log), Precision = precision, Log = log });

    /// <summary>The SHA-256 of what decides the images: configurations, weights, vocabulary.</summary>
    internal string ContentHash() => ModelFolder.Open(Folder).Hash();
}
