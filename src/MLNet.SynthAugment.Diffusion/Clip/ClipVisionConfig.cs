using System.Text.Json.Serialization;
using MLNet.SynthAugment.Diffusion.Weights;

namespace MLNet.SynthAugment.Diffusion.Clip;

/// <summary>
/// The <c>config.json</c> of a CLIP image encoder. Defaults are those of transformers for missing keys.
/// </summary>
public sealed record ClipVisionConfig
{
    /// <summary>Name of the model without a projection at its end.</summary>
    internal const string WithoutProjection = "CLIPVisionModel";

    /// <summary>Name of the model with a projection at its end.</summary>
    internal const string WithProjection = "CLIPVisionModelWithProjection";

    /// <summary>
    /// The class that transformers builds from this file: CLIPVisionModelWithProjection, or CLIPVisionModel.
    /// </summary>
    public IReadOnlyList<string> Architectures { get; init; } = [WithProjection];

    /// <summary>The kind of model.</summary>
    public string ModelType => "clip_vision_model";

    /// <summary>Width of the hidden states.</summary>
    public long HiddenSize { get; init; } = 768;

    /// <summary>Width inside the feed-forward layers.</summary>
    public long IntermediateSize { get; init; } = 3072;

    /// <summary>Width of the image embedding behind the projection.</summary>
    public long ProjectionDim { get; init; } = 512;

    /// <summary>Number of layers.</summary>
    public int NumHiddenLayers { get; init; } = 12;

    /// <summary>Heads of the attentions.</summary>
    public long NumAttentionHeads { get; init; } = 12;

    /// <summary>Channels of the image.</summary>
    public long NumChannels { get; init; } = 3;

    /// <summary>Height and width of the image in pixels.</summary>
    public long ImageSize { get; init; } = 224;

    /// <summary>Height and width of a patch in pixels.</summary>
    public long PatchSize { get; init; } = 32;

    /// <summary><c>quick_gelu</c> (OpenAI's models) or <c>gelu</c> (OpenCLIP's own).</summary>
    public string HiddenAct { get; init; } = "quick_gelu";

    /// <summary>Epsilon of the layer norms.</summary>
    public double LayerNormEps { get; init; } = 1e-5;

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
        check.Range("hidden_size", HiddenSize, 1, 65536);
        check.Range("intermediate_size", IntermediateSize, 1, 262144);
        check.Range("projection_dim", ProjectionDim, 1, 65536);
        check.Range("num_hidden_layers", NumHiddenLayers, 1, 256);
        check.Range("num_channels", NumChannels, 1, 4096);
        check.Range("image_size", ImageSize, 1, 16384);
        check.Range("patch_size", PatchSize, 1, ImageSize);
        check.Divides("num_attention_heads", NumAttentionHeads, "hidden_size", HiddenSize);
        check.Supported("hidden_act", HiddenAct, "quick_gelu", "gelu");
        check.Positive("layer_norm_eps", LayerNormEps);
    }
}
