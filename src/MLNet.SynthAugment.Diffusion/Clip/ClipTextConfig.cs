using System.Text.Json.Serialization;
using MLNet.SynthAugment.Diffusion.Weights;

namespace MLNet.SynthAugment.Diffusion.Clip;

/// <summary>
/// The <c>config.json</c> of a CLIP text encoder. Defaults are those of transformers for missing keys.
/// </summary>
public sealed record ClipTextConfig
{
    /// <summary>Name of the model without a projection at its end.</summary>
    public const string WithoutProjection = "CLIPTextModel";

    /// <summary>Name of the model with a projection at its end.</summary>
    public const string WithProjection = "CLIPTextModelWithProjection";

    /// <summary>
    /// The class that transformers builds from this file: CLIPTextModel, or CLIPTextModelWithProjection.
    /// </summary>
    public IReadOnlyList<string> Architectures { get; init; } = [WithoutProjection];

    /// <summary>The kind of model.</summary>
    public string ModelType => "clip_text_model";

    /// <summary>Number of tokens.</summary>
    public long VocabSize { get; init; } = 49408;

    /// <summary>Width of the hidden states.</summary>
    public long HiddenSize { get; init; } = 512;

    /// <summary>Width inside the feed-forward layers.</summary>
    public long IntermediateSize { get; init; } = 2048;

    /// <summary>Width of the text embedding behind the projection.</summary>
    public long ProjectionDim { get; init; } = 512;

    /// <summary>Number of layers.</summary>
    public int NumHiddenLayers { get; init; } = 12;

    /// <summary>Heads of the attentions.</summary>
    public long NumAttentionHeads { get; init; } = 8;

    /// <summary>Longest text in tokens.</summary>
    public long MaxPositionEmbeddings { get; init; } = 77;

    /// <summary><c>quick_gelu</c> (OpenAI's models) or <c>gelu</c> (OpenCLIP's H/14).</summary>
    public string HiddenAct { get; init; } = "quick_gelu";

    /// <summary>Epsilon of the layer norms.</summary>
    public double LayerNormEps { get; init; } = 1e-5;

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
        check.Range("hidden_size", HiddenSize, 1, 65536);
        check.Range("intermediate_size", IntermediateSize, 1, 262144);
        check.Range("projection_dim", ProjectionDim, 1, 65536);
        check.Range("num_hidden_layers", NumHiddenLayers, 1, 256);
        check.Range("max_position_embeddings", MaxPositionEmbeddings, 2, 65536);
        check.Divides("num_attention_heads", NumAttentionHeads, "hidden_size", HiddenSize);
        check.Supported("hidden_act", HiddenAct, "quick_gelu", "gelu");
        check.Positive("layer_norm_eps", LayerNormEps);
    }
}
