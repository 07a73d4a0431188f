using MLNet.SynthAugment.Diffusion.Layers;
using MLNet.SynthAugment.Diffusion.Weights;
using TorchSharp.Modules;

namespace MLNet.SynthAugment.Diffusion.Clip;

/// <summary>
/// CLIP (Radford et al. 2021): an image encoder and a text encoder with a joint space. Parameter names are those of
/// transformers' CLIPModel; files in the naming of OpenAI's CLIP and of open_clip load too.
/// </summary>
public sealed class ClipModel : nn.Module
{
    /// <summary>File name of the weights, without extension.</summary>
    public const string WeightsName = "model";

    // Module.to finds the field by the parameter's name.
    private readonly Parameter logit_scale;

    /// <summary>Builds the model; but for the temperature its parameters have no values yet.</summary>
    /// <param name="config">The shape of the model.</param>
    /// <param name="device">Where it lives; the CPU if null.</param>
    /// <param name="dtype">Type of its parameters and of its arithmetic.</param>
    /// <exception cref="ModelFolderException">The config is not supported; the message names the key.</exception>
    public ClipModel(ClipConfig config, Device? device = null, ScalarType dtype = ScalarType.Float32) : base(
        nameof(ClipModel))
    {
        Config = config;
        logit_scale = LayerParameters.Create(new TensorPlacement(device ?? CPU, dtype));
        LayerParameters.Fill(logit_scale, tensor => tensor.fill_(Kept(config.LogitScaleInitValue)));
        Text = new ClipTextModel(config.TextWithProjection, device, dtype);
        Vision = new ClipVisionModel(config.VisionWithProjection, device, dtype);
        register_parameter(nameof(logit_scale), logit_scale);
        register_module("text_model", Text.Tower);
        register_module("vision_model", Vision.Tower);
        register_module("visual_projection", Vision.Projection!);
        register_module("text_projection", Text.Projection!);
    }

    /// <summary>The shape of the model.</summary>
    public ClipConfig Config { get; }

    /// <summary>The text encoder; it shares this model's weights.</summary>
    public ClipTextModel Text { get; }

    /// <summary>The image encoder; it shares this model's weights.</summary>
    public ClipVisionModel Vision { get; }

    /// <summary>The natural logarithm of the factor that turns cosines into logits, a scalar.</summary>
    public Tensor LogitScale => logit_scale;

    /// <summary>Loads a model from a folder with <c>config.json</c> and safetensors weights in either naming.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="device">Where the model shall live; the CPU if null.</param>
    /// <param name="dtype">Type of its parameters.</param>
    /// <exception cref="ModelFolderException">A file is missing or does not fit.</exception>
    /// <exception cref="SafetensorsException">The weight file is damaged.</exception>
    public static ClipModel FromFolder(string folder, Device? device = null, ScalarType dtype = ScalarType.Float32)
    {
        var config = ClipConfig.Read(Path.Combine(folder, ModelConfig.FileName));
        using var weights = WeightFiles.Open(folder, WeightsName, preferHalf: dtype != ScalarType.Float32);
        return FromWeights(config, weights, device, dtype);
    }

    /// <summary>
    /// Loads a model from a single safetensors file, whose naming is recognised. Its shape is taken from the
    /// <c>open_clip_config.json</c> or <c>config.json</c> beside it; for a file in OpenAI's naming the tensors' shapes
    /// will do.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="options">What the tensors' shapes do not say; null to look for a config, and to take OpenAI's
    /// values if there is none.</param>
    /// <param name="device">Where the model shall live; the CPU if null.</param>
    /// <param name="dtype">Type of its parameters.</param>
    /// <exception cref="ModelFolderException">The file does not fit, or is in transformers' naming and has no
    /// <c>config.json</c> beside it.</exception>
    /// <exception cref="SafetensorsException">The weight file is damaged.</exception>
    public static ClipModel FromFile(
        string path, OpenClipOptions? options = null, Device? device = null, ScalarType dtype = ScalarType.Float32)
    {
        using var weights = WeightFiles.OpenFile(path);
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var configPath = Path.Combine(folder, ModelConfig.FileName);
        if (!OpenClipShapes.IsOpenClip(weights))
            return FromWeights(ClipConfig.Read(configPath), weights, device, dtype);
        var openClipPath = Path.Combine(folder, OpenClipOptions.FileName);
        if (options is null && File.Exists(openClipPath))
            options = OpenClipOptions.Read(openClipPath);
        var config = options is null && File.Exists(configPath)
            ? ClipConfig.Read(configPath) : OpenClipShapes.ReadConfig(weights, options ?? new OpenClipOptions());
        return FromWeights(config, weights, device, dtype);
    }

    /// <summary>Builds a model and fills it from open weight files in either naming.</summary>
    /// <param name="config">The shape of the model.</param>
    /// <param name="weights">The weights.</param>
    /// <param name="device">Where the model shall live; the CPU if null.</param>
    /// <param name="dtype">Type of its parameters.</param>
    /// <exception cref="ModelFolderException">The weights do not fit.</exception>
    public static ClipModel FromWeights(
        ClipConfig config, WeightFiles weights, Device? device = null, ScalarType dtype = ScalarType.Float32) =>
        ModuleWeights.LoadInto(() => new ClipModel(config, device, dtype), weights);

    /// <summary>Writes <c>config.json</c> and the weights in transformers' naming.</summary>
    /// <param name="folder">The folder; it is made if it is not there.</param>
    /// <param name="dtype">Type of the weights in the file.</param>
    public void Save(string folder, ScalarType dtype)
    {
        ModelConfig.Write(Path.Combine(folder, ModelConfig.FileName), Config);
        ModuleWeights.Save(this, Path.Combine(folder, WeightsName + ".safetensors"), dtype);
    }

    /// <summary>Images in the joint space.</summary>
    /// <param name="pixels">[B, channels, size, size], normalised as <see cref="ClipImageProcessor"/> does.</param>
    /// <returns>[B, projection width], not of unit length.</returns>
    public Tensor ImageFeatures(Tensor pixels) => Vision.forward(pixels);

    /// <summary>Texts in the joint space.</summary>
    /// <param name="inputIds">Token ids [B, S] int64.</param>
    /// <param name="attentionMask">[B, S], 0 for tokens that nobody attends to; null to attend to all.</param>
    /// <returns>[B, projection width], not of unit length.</returns>
    public Tensor TextFeatures(Tensor inputIds, Tensor? attentionMask = null) =>
        Text.Project(Text.Pool(Text.Encode(inputIds, attentionMask).LastHiddenState, inputIds));

    /// <summary>exp(logit scale) · cosine of every image with every text.</summary>
    /// <param name="imageFeatures">[B, projection width], of any length.</param>
    /// <param name="textFeatures">[T, projection width], of any length.</param>
    /// <returns>Logits [B, T] (an image's over the texts; transposed: a text's over the images).</returns>
    /// <exception cref="ArgumentException">A shape does not fit.</exception>
    public Tensor LogitsPerImage(Tensor imageFeatures, Tensor textFeatures)
    {
        ShapeCheck.Require("image features", imageFeatures, ShapeCheck.Any, Config.ProjectionDim);
        ShapeCheck.Require("text features", textFeatures, ShapeCheck.Any, Config.ProjectionDim);
        return F.normalize(imageFeatures).matmul(F.normalize(textFeatures).t()) * logit_scale.exp();
    }

    /// <summary>
    /// The loss that CLIP was trained with (Radford et al. 2021, figure 3): image i belongs to text i.
    /// </summary>
    /// <param name="logitsPerImage">[B, B].</param>
    /// <returns>The mean of the cross entropies over the rows and over the columns, a scalar.</returns>
    /// <exception cref="ArgumentException">There are not as many texts as images.</exception>
    public static Tensor ContrastiveLoss(Tensor logitsPerImage)
    {
        var count = logitsPerImage.shape[0];
        ShapeCheck.Require("logits of the contrastive loss", logitsPerImage, count, count);
        using var labels = arange(
            Kept(0), Kept(count), Kept(1), dtype: ScalarType.Int64, device: logitsPerImage.device);
        return F.cross_entropy(logitsPerImage, labels).Plus(F.cross_entropy(logitsPerImage.t(), labels)) / Kept(2);
    }
}
