using MLNet.SynthAugment.Diffusion.Files;
using MLNet.SynthAugment.Diffusion.Weights;

namespace MLNet.SynthAugment.Diffusion.Clip;

/// <summary>
/// CLIP (Radford et al. 2021) from images and texts to directions in the joint space: the model with its tokenizer and
/// its image preprocessing.
/// </summary>
public sealed class ClipEncoder : IDisposable
{
    private const int RowsAtOnce = 16;

    private string? _contentHash;

    /// <summary>Puts an encoder together from its parts; it owns the model from then on.</summary>
    /// <param name="model">Both towers.</param>
    /// <param name="tokenizer">Gives what the text tower takes.</param>
    /// <param name="processor">Gives what the image tower takes; that of the published CLIP models if null.</param>
    /// <exception cref="ModelFolderException">The parts do not fit together.</exception>
    public ClipEncoder(ClipModel model, ClipTokenizer tokenizer, ClipImageProcessor? processor = null)
    {
        (Model, Tokenizer, Processor) = (model, tokenizer, processor ?? ClipImageProcessor.For(model.Vision.Config));
        tokenizer.RequireFit(model.Config.TextConfig, "text encoder of CLIP");
    }

    /// <summary>Both towers.</summary>
    public ClipModel Model { get; }

    /// <summary>Turns texts into token ids.</summary>
    public ClipTokenizer Tokenizer { get; }

    /// <summary>Makes images ready for the image tower.</summary>
    public ClipImageProcessor Processor { get; }

    /// <summary>Where the model lives.</summary>
    public Device Device => Model.LogitScale.device;

    /// <summary>The folder it was loaded from; null if it was put together.</summary>
    public string? Folder { get; private init; }

    /// <summary>
    /// SHA-256 over the folder's configs, tokenizer files and weight files, as hexadecimal digits; computed once, at
    /// the first call.
    /// </summary>
    /// <exception cref="InvalidOperationException">The encoder was not loaded from a folder.</exception>
    public string ContentHash => _contentHash ??= Folder is null
        ? throw new InvalidOperationException(
            "A CLIP model that was not loaded from a folder has no content hash; save it and load it with FromFolder.")
        : HashFolder(Folder);

    /// <summary>The <see cref="ContentHash"/> of the model in a folder, which need not be loaded for it.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="ModelFolderException">The folder is not there.</exception>
    public static string HashFolder(string folder) => Directory.Exists(folder)
        ? FileHash.Compute(folder, FileHash.ModelFiles(folder))
        : throw new ModelFolderException($"There is no folder {folder} with a CLIP model.");

    /// <summary>
    /// Loads a whole CLIP model as Hugging Face keeps it (<c>openai/clip-vit-base-patch16</c> and its like):
    /// <c>config.json</c>, safetensors weights, tokenizer files and <c>preprocessor_config.json</c> in one folder. The
    /// weights take no gradients.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <param name="options">Device, precision and log; CPU and float32 if null.</param>
    /// <exception cref="ModelFolderException">A file is missing or does not fit; the message names it.</exception>
    /// <exception cref="SafetensorsException">The weight file is damaged.</exception>
    public static ClipEncoder FromFolder(string folder, LoadOptions? options = null)
    {
        options ??= new LoadOptions();
        folder = Path.GetFullPath(folder);
        if (!Directory.Exists(folder))
            throw new ModelFolderException($"There is no folder {folder} with a CLIP model.");
        var (tokenizer, processor) = (ClipTokenizer.FromFolder(folder), ClipImageProcessor.FromFolder(folder));
        var dtype = options.Precision.ToScalarType();
        options.Log?.Invoke($"Loading {folder} ({dtype}, {options.Device}).");
        var model = ClipModel.FromFolder(folder, options.Device, dtype);
        try
        {
            ModuleWeights.SetTrainable(model, false);
            model.eval();
            return new ClipEncoder(model, tokenizer, processor) { Folder = folder };
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>Directions of images, a few at a time, without gradients.</summary>
    /// <param name="images">B images, at least one, of any sizes; they are not changed.</param>
    /// <returns>Vectors of length 1, float32 [B, D], on the model's device.</returns>
    /// <exception cref="ArgumentException">There is no image, or one is too small for the preprocessing.</exception>
    public Tensor EncodeImages(IReadOnlyList<Image<Rgb24>> images) =>
        Encode(images, rows => Model.ImageFeatures(Processor.Preprocess(rows, Device)));

    /// <summary>
    /// Directions of texts, a few at a time, without gradients. What is too long for the model is cut off.
    /// </summary>
    /// <param name="texts">B texts, at least one.</param>
    /// <returns>Vectors of length 1, float32 [B, D], on the model's device.</returns>
    /// <exception cref="ArgumentException">There is no text.</exception>
    public Tensor EncodeTexts(IReadOnlyList<string> texts) =>
        Encode(texts, rows => Model.TextFeatures(
            tensor(rows.SelectMany(Tokenizer.EncodePadded).ToArray(), [rows.Length, Tokenizer.Options.ModelMaxLength],
            device: Device)));

    /// <summary>Frees the model.</summary>
    public void Dispose() => Model.Dispose();

    private static Tensor Encode<T>(IReadOnlyList<T> items, Func<T[], Tensor> encode)
    {
        if (items.Count == 0)
            throw new ArgumentException("There is nothing to encode.", nameof(items));
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        return cat([.. items.Chunk(RowsAtOnce).Select(EncodeRows)]).MoveToOuterDisposeScope();

        Tensor EncodeRows(T[] rows)
        {
            using var rowScope = NewDisposeScope();
            return nn.functional.normalize(encode(rows).to(ScalarType.Float32)).MoveToOuterDisposeScope();
        }
    }
}
