using MLNet.SynthAugment.Diffusion.Weights;
using MLNet.SynthAugment.Diffusion.Weights.Namings;

namespace MLNet.SynthAugment.Diffusion.Clip;

/// <summary>
/// The <c>config.json</c> of a whole CLIP model. Defaults are those of transformers for missing keys.
/// </summary>
public sealed record ClipConfig
{
    /// <summary>Name of the temperature among the weights.</summary>
    internal const string LogitScale = "logit_scale";

    private const string WholeModelType = "clip";

    /// <summary>The class that transformers builds from this file.</summary>
    public IReadOnlyList<string> Architectures => ["CLIPModel"];

    /// <summary>The kind of model.</summary>
    public string ModelType => WholeModelType;

    /// <summary>Width of the joint space of images and texts.</summary>
    public long ProjectionDim { get; init; } = 512;

    /// <summary>Starting value of the temperature: ln(1 / 0.07).</summary>
    public double LogitScaleInitValue { get; init; } = 2.6592;

    /// <summary>The text encoder; its projection has <see cref="ProjectionDim"/>.</summary>
    public ClipTextConfig TextConfig { get; init; } = new();

    /// <summary>The image encoder; its projection has <see cref="ProjectionDim"/>.</summary>
    public ClipVisionConfig VisionConfig { get; init; } = new();

    /// <summary>The text encoder with the joint space's projection.</summary>
    [JsonIgnore]
    internal ClipTextConfig TextWithProjection =>
        TextConfig with { Architectures = [ClipTextConfig.WithProjection], ProjectionDim = ProjectionDim };

    /// <summary>The image encoder with the joint space's projection.</summary>
    [JsonIgnore]
    internal ClipVisionConfig VisionWithProjection =>
        VisionConfig with { Architectures = [ClipVisionConfig.WithProjection], ProjectionDim = ProjectionDim };

    /// <summary>Reads the <c>config.json</c> of a whole CLIP model.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="ModelFolderException">It is missing, cannot be read, or describes another model.</exception>
    public static ClipConfig Read(string path)
    {
        var json = ModelConfig.ReadObject(path);
        return IsWhole(json)
            ? Parse(json, path)
            : throw new ModelFolderException(
                $"{path} does not describe a whole CLIP model: it has no 'text_config' and no 'vision_config'.");
    }

    /// <summary>Whether a config describes both encoders.</summary>
    internal static bool IsWhole(JsonObject json) =>
        json.ContainsKey("text_config") || json.ContainsKey("vision_config")
            || (Type(json) == WholeModelType && !json.ContainsKey("hidden_size"));

    /// <summary>Refuses configs of other models; one that does not say what it is for is taken as it is.</summary>
    internal static void RequireModelType(JsonObject json, string path, string type)
    {
        if (Type(json) is { } found && found != type && found != WholeModelType)
            throw new ModelFolderException(
                $"{path} describes a model of type '{found}', which is not supported; '{type}' and "
                    + $"'{WholeModelType}' are.");
    }

    internal static ClipConfig Parse(JsonObject json, string path)
    {
        Overlay(json, "text_config");
        Overlay(json, "vision_config");
        return ModelConfig.Parse<ClipConfig>(json, path);
    }

    internal static bool BelongsToVision(string weight) =>
        weight.StartsWith(ClipTowerNaming.Vision, StringComparison.Ordinal)
            || weight.StartsWith("visual_projection.", StringComparison.Ordinal);

    internal static bool BelongsToText(string weight) =>
        weight.StartsWith(ClipTowerNaming.Text, StringComparison.Ordinal)
            || weight.StartsWith("text_projection.", StringComparison.Ordinal);

    private static string? Type(JsonObject json) =>
        json["model_type"] is JsonValue value && value.TryGetValue<string>(out var type) ? type : null;

    // Older files give an encoder's values once more under another key, which transformers lets win.
    private static void Overlay(JsonObject json, string key)
    {
        if (json[key + "_dict"] is not JsonObject overlay)
            return;
        if (json[key] is not JsonObject values)
            json[key] = values = [];
        foreach (var (name, value) in overlay)
            values[name] = value?.DeepClone();
    }
}

/// <summary>What the configs of CLIP's two encoders share.</summary>
public abstract record ClipEncoderConfig
{
    private protected ClipEncoderConfig()
    {
    }

    /// <summary>Width of the hidden states.</summary>
    public long HiddenSize { get; init; }

    /// <summary>Width inside the feed-forward layers.</summary>
    public long IntermediateSize { get; init; }

    /// <summary>Width of the embedding behind the projection.</summary>
    public long ProjectionDim { get; init; } = 512;

    /// <summary>Number of layers.</summary>
    public int NumHiddenLayers { get; init; } = 12;

    /// <summary>Heads of the attentions.</summary>
    public long NumAttentionHeads { get; init; }

    /// <summary><c>quick_gelu</c> (OpenAI's models) or <c>gelu</c> (OpenCLIP's own).</summary>
    public string HiddenAct { get; init; } = "quick_gelu";

    /// <summary>Epsilon of the layer norms.</summary>
    public double LayerNormEps { get; init; } = 1e-5;

    private protected void Validate(ConfigCheck check)
    {
        check.Range("hidden_size", HiddenSize, 1, 65536);
        check.Range("intermediate_size", IntermediateSize, 1, 262144);
        check.Range("projection_dim", ProjectionDim, 1, 65536);
        check.Range("num_hidden_layers", NumHiddenLayers, 1, 256);
        check.Divides("num_attention_heads", NumAttentionHeads, "hidden_size", HiddenSize);
        check.Supported("hidden_act", HiddenAct, "quick_gelu", "gelu");
        check.Positive("layer_norm_eps", LayerNormEps);
    }
}

/// <summary>
/// The <c>config.json</c> of a CLIP text encoder. Defaults are those of transformers for missing keys.
/// </summary>
public sealed record ClipTextConfig : ClipEncoderConfig
{
    /// <summary>Name of the model without a projection at its end.</summary>
    public const string WithoutProjection = "CLIPTextModel";

    /// <summary>Name of the model with a projection at its end.</summary>
    public const string WithProjection = "CLIPTextModelWithProjection";

    /// <summary>The values of transformers for missing keys.</summary>
    public ClipTextConfig() =>
        (HiddenSize, IntermediateSize, NumAttentionHeads) = (512, 2048, 8);

    /// <summary>
    /// The class that transformers builds from this file: CLIPTextModel, or CLIPTextModelWithProjection.
    /// </summary>
    public IReadOnlyList<string> Architectures { get; init; } = [WithoutProjection];

    /// <summary>The kind of model.</summary>
    public string ModelType => "clip_text_model";

    /// <summary>Number of tokens.</summary>
    public long VocabSize { get; init; } = 49408;

    /// <summary>Longest text in tokens.</summary>
    public long MaxPositionEmbeddings { get; init; } = 77;

    /// <summary>Token that pads short texts.</summary>
    public long PadTokenId { get; init; } = 1;

    /// <summary>Token at the begin of a text.</summary>
    public long BosTokenId { get; init; } = 49406;

    /// <summary>
    /// Token at the end of a text; 2 in older files, where the end token is the one with the largest id.
    /// </summary>
    public long EosTokenId { get; init; } = 49407;

    /// <summary>Whether the model ends with a projection of the pooled state.</summary>
    [JsonIgnore]
    public bool HasProjection => Architectures.Contains(WithProjection);

    /// <summary>
    /// Reads a text encoder's <c>config.json</c>, or the text part of a whole CLIP model's, whose weights hold the
    /// projection too.
    /// </summary>
    internal static ClipTextConfig Read(string path)
    {
        var json = ModelConfig.ReadObject(path);
        ClipConfig.RequireModelType(json, path, "clip_text_model");
        return ClipConfig.IsWhole(json)
            ? ClipConfig.Parse(json, path).TextWithProjection : ModelConfig.Parse<ClipTextConfig>(json, path);
    }

    /// <summary>Checks that the values describe a model that can be built.</summary>
    /// <exception cref="ModelFolderException">A value is out of range or not supported; the message names its
    /// key.</exception>
    public void Validate()
    {
        var check = new ConfigCheck("Text encoder");
        check.Range("vocab_size", VocabSize, 1, 10_000_000);
        Validate(check);
        check.Range("max_position_embeddings", MaxPositionEmbeddings, 2, 65536);
    }
}

/// <summary>
/// The <c>config.json</c> of a CLIP image encoder. Defaults are those of transformers for missing keys.
/// </summary>
public sealed record ClipVisionConfig : ClipEncoderConfig
{
    /// <summary>Name of the model without a projection at its end.</summary>
    internal const string WithoutProjection = "CLIPVisionModel";

    /// <summary>Name of the model with a projection at its end.</summary>
    internal const string WithProjection = "CLIPVisionModelWithProjection";

    /// <summary>The values of transformers for missing keys.</summary>
    public ClipVisionConfig() =>
        (HiddenSize, IntermediateSize, NumAttentionHeads) = (768, 3072, 12);

    /// <summary>
    /// The class that transformers builds from this file: CLIPVisionModelWithProjection, or CLIPVisionModel.
    /// </summary>
    public IReadOnlyList<string> Architectures { get; init; } = [WithProjection];

    /// <summary>The kind of model.</summary>
    public string ModelType => "clip_vision_model";

    /// <summary>Channels of the image.</summary>
    public long NumChannels { get; init; } = 3;

    /// <summary>Height and width of the image in pixels.</summary>
    public long ImageSize { get; init; } = 224;

    /// <summary>Height and width of a patch in pixels.</summary>
    public long PatchSize { get; init; } = 32;

    /// <summary>Whether the model ends with a projection of the pooled state.</summary>
    [JsonIgnore]
    public bool HasProjection => !Architectures.Contains(WithoutProjection);

    /// <summary>Number of patches of an image; the model sees one token more.</summary>
    [JsonIgnore]
    public long PatchCount => ImageSize / PatchSize * (ImageSize / PatchSize);

    /// <summary>Reads an image encoder's <c>config.json</c>, or the image part of a whole CLIP model's.</summary>
    internal static ClipVisionConfig Read(string path)
    {
        var json = ModelConfig.ReadObject(path);
        ClipConfig.RequireModelType(json, path, "clip_vision_model");
        return ClipConfig.IsWhole(json)
            ? ClipConfig.Parse(json, path).VisionWithProjection : ModelConfig.Parse<ClipVisionConfig>(json, path);
    }

    /// <summary>Checks that the values describe a model that can be built.</summary>
    /// <exception cref="ModelFolderException">A value is out of range or not supported; the message names its
    /// key.</exception>
    public void Validate()
    {
        var check = new ConfigCheck("Image encoder");
        Validate(check);
        check.Range("num_channels", NumChannels, 1, 4096);
        check.Range("image_size", ImageSize, 1, 16384);
        check.Range("patch_size", PatchSize, 1, ImageSize);
    }
}
