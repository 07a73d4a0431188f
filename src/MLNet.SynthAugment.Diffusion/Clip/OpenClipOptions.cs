using MLNet.SynthAugment.Diffusion.Weights;
using MLNet.SynthAugment.Diffusion.Weights.Namings;

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
        catch (Exception error) when (error is InvalidOperationException or FormatException)
        {
            throw new ModelFolderException($"{path} cannot be read: {error.Message}", error);
        }
    }
}

/// <summary>What the tensors' shapes in a file of OpenAI's CLIP or of open_clip say of the model.</summary>
internal static partial class OpenClipShapes
{
    private const long HeadWidth = 64;
    private const long WideHeads = 16;

    // Widths of the image encoders H/14, g/14 and bigG/14.
    private static readonly long[] s_wide = [1280, 1408, 1664];

    internal static bool IsOpenClip(WeightFiles weights) => WeightNaming.Of(weights.Names) is OpenClipNaming;

    /// <summary>The sizes that the tensors' shapes tell.</summary>
    internal static ClipConfig ReadConfig(WeightFiles weights, OpenClipOptions options)
    {
        var patch = Shape(weights, OpenClipNaming.PatchWeight, 4);
        var (textWidth, width) = (Shape(weights, "ln_final.weight", 1)[0], patch[0]);
        var grid = (long)Math.Round(Math.Sqrt(Shape(weights, "visual.positional_embedding", 2)[0] - 1));
        return new ClipConfig
        {
            ProjectionDim = Shape(weights, "text_projection", 2)[1],
            TextConfig = new ClipTextConfig
            {
                VocabSize = Shape(weights, "token_embedding.weight", 2)[0],
                HiddenSize = textWidth,
                IntermediateSize = Shape(weights, "transformer.resblocks.0.mlp.c_fc.weight", 2)[0],
                NumHiddenLayers = Layers(weights, "transformer.resblocks."),
                NumAttentionHeads = options.TextHeads ?? Heads("text", textWidth, textWidth / HeadWidth),
                MaxPositionEmbeddings = Shape(weights, "positional_embedding", 2)[0],
                HiddenAct = options.HiddenAct,
                EosTokenId = ClipTextModel.LegacyEosTokenId,
            },
            VisionConfig = new ClipVisionConfig
            {
                HiddenSize = width,
                IntermediateSize = Shape(weights, "visual.transformer.resblocks.0.mlp.c_fc.weight", 2)[0],
                NumHiddenLayers = Layers(weights, "visual.transformer.resblocks."),
                NumAttentionHeads = options.VisionHeads
                    ?? Heads("image", width, s_wide.Contains(width) ? WideHeads : width / HeadWidth),
                NumChannels = patch[1],
                PatchSize = patch[2],
                ImageSize = grid * patch[2],
                HiddenAct = options.HiddenAct,
            },
        };
    }

    private static IReadOnlyList<long> Shape(WeightFiles weights, string name, int dimensions)
    {
        var shape = weights.Names.Contains(name) ? weights.Info(name).Shape : null;
        return shape?.Count == dimensions && shape.All(size => size > 0)
            ? shape
            : throw new ModelFolderException(
                $"{string.Join(", ", weights.Paths)}: a CLIP model in OpenAI's naming has a tensor '{name}' of "
                    + $"{dimensions} dimensions; here it "
                    + $"{(shape is null ? "is missing" : $"is [{string.Join(", ", shape)}]")}.");
    }

    private static int Layers(WeightFiles weights, string prefix) => weights.Names
        .Where(name => name.StartsWith(prefix, StringComparison.Ordinal))
        .Select(name => LeadingNumber().Match(name, prefix.Length) is { Success: true } match
            ? int.Parse(match.Value) + 1 : 0)
        .DefaultIfEmpty().Max();

    private static long Heads(string encoder, long width, long heads) => heads > 0 && width % heads == 0
        ? heads
        : throw new ModelFolderException(
            $"The {encoder} encoder is {width} wide, which is no published CLIP model's width, so its number of "
                + $"heads is unknown: give it in {nameof(OpenClipOptions)}, or put a config.json beside the file.");

    [GeneratedRegex(@"\G[0-9]{1,4}(?=\.)")]
    private static partial Regex LeadingNumber();
}
