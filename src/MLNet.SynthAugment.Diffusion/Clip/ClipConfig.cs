using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
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
