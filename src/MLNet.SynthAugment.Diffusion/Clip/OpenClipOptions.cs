using System.Text.Json.Nodes;
using MLNet.SynthAugment.Diffusion.Weights;

namespace MLNet.SynthAugment.Diffusion.Clip;

/// <summary>What the shapes in a weight file of OpenAI's CLIP or open_clip do not say.</summary>
public sealed record OpenClipOptions
{
    /// <summary>
    /// The activation: <c>quick_gelu</c> for OpenAI's own weights, <c>gelu</c> for those that open_clip trained (its
    /// <c>open_clip_config.json</c> says <c>"quick_gelu": true</c> where it is the former). The wrong one gives
    /// slightly wrong features and no error.
    /// </summary>
    public string HiddenAct { get; init; } = "quick_gelu";

    /// <summary>Heads of the text encoder; null for the published models' rule, one for 64 channels.</summary>
    public long? TextHeads { get; init; }

    /// <summary>
    /// Heads of the image encoder; null for the published models' rule: one for 64 channels, but 16 for the widths
    /// 1280, 1408 and 1664 of H/14, g/14 and bigG/14.
    /// </summary>
    public long? VisionHeads { get; init; }

    /// <summary>Name of the file in which open_clip keeps a model's settings beside its weights.</summary>
    internal const string FileName = "open_clip_config.json";

    private const long DefaultHeadWidth = 64;

    /// <summary>Reads open_clip's <c>open_clip_config.json</c>.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="ModelFolderException">It is missing or cannot be read.</exception>
    public static OpenClipOptions Read(string path)
    {
        var json = ModelConfig.ReadObject(path);
        try
        {
            var model = json["model_cfg"] as JsonObject ?? json;
            var (vision, text) = (model["vision_cfg"] as JsonObject, model["text_cfg"] as JsonObject);
            return new OpenClipOptions
            {
                HiddenAct = model["quick_gelu"]?.GetValue<bool>() ?? false ? "quick_gelu" : "gelu",
                TextHeads = text?["heads"]?.GetValue<long>(),
                VisionHeads = vision?["width"]?.GetValue<long>() / Math.Max(
                    1, vision?["head_width"]?.GetValue<long>() ?? DefaultHeadWidth),
            };
        }
        catch (Exception exception) when (exception is InvalidOperationException or FormatException)
        {
            throw new ModelFolderException($"{path} cannot be read: {exception.Message}", exception);
        }
    }
}
