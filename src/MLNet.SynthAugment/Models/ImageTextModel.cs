using MLNet.SynthAugment.Embedded;

namespace MLNet.SynthAugment;

/// <summary>
/// Names the weights of a CLIP model. It holds no weights itself: they are loaded when they are needed.
/// </summary>
public sealed class ImageTextModel
{
    private ImageTextModel(string folder) => Folder = folder;

    /// <summary>
    /// The small CLIP model that comes with this package, trained on the same images as
    /// <see cref="DiffusionModel.Embedded"/>.
    /// </summary>
    public static ImageTextModel Embedded { get; } = new(Path.Combine(EmbeddedModel.Folder, "clip"));

    /// <summary>The folder of the weights.</summary>
    public string Folder { get; }

    /// <summary>
    /// A CLIP model as Hugging Face keeps it (<c>openai/clip-vit-base-patch16</c> and its like): <c>config.json</c>,
    /// safetensors weights, tokenizer files and <c>preprocessor_config.json</c> in one folder.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="ModelFolderException">The folder is not there, or has no <c>config.json</c>.</exception>
    public static ImageTextModel FromFolder(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        folder = Path.GetFullPath(folder);
        return File.Exists(Path.Combine(folder, "config.json"))
            ? new ImageTextModel(folder)
            : throw new ModelFolderException(
                $"'{folder}' is no folder of a CLIP model: it has no config.json. Give the folder that holds "
                    + "config.json, model.safetensors, the tokenizer's files and preprocessor_config.json.");
    }

    /// <summary>A folder that need not be there until the weights are needed.</summary>
    internal static ImageTextModel At(string folder) => new(folder);

    /// <summary>Loads the weights.</summary>
    /// <param name="device"><c>auto</c>, <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>.</param>
    /// <param name="precision">The number format to hold and compute in.</param>
    /// <param name="log">Gets a sentence on the device that was taken and why.</param>
    /// <returns>The loaded model, which the caller disposes.</returns>
    /// <exception cref="ModelFolderException">A file is missing or does not fit.</exception>
    /// <exception cref="SafetensorsException">The weight file is damaged.</exception>
    public ClipEncoder Load(
        string device = "auto", Precision precision = Precision.Float32, Action<string>? log = null) =>
        ClipEncoder.FromFolder(Folder, new LoadOptions
        { Device = ComputeDevice.Select(device, log), Precision = precision, Log = log });

    /// <summary>The SHA-256 of what decides the features: configurations, weights, vocabulary.</summary>
    internal string ContentHash() => ClipEncoder.HashFolder(Folder);
}
