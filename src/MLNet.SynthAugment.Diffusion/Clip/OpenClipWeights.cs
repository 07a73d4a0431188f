using System.Text.RegularExpressions;
using MLNet.SynthAugment.Diffusion.Weights;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Clip;

/// <summary>
/// Weight files in the naming of OpenAI's CLIP and of open_clip: query, key and value of an attention stacked in one
/// matrix, and projections that multiply from the right.
/// </summary>
internal static partial class OpenClipWeights
{
    private const string PatchWeight = "visual.conv1.weight";
    private const long HeadWidth = 64;
    private const long WideHeads = 16;

    // Widths of the image encoders H/14, g/14 and bigG/14.
    private static readonly long[] s_wide = [1280, 1408, 1664];

    // Numbers that OpenAI's files hold beside the weights.
    private static readonly string[] s_ignored = ["input_resolution", "context_length", "vocab_size", "attn_mask"];

    internal static bool IsOpenClip(WeightFiles weights) => weights.Names.Contains(PatchWeight);

    /// <summary>The sizes that the tensors' shapes tell.</summary>
    internal static ClipConfig ReadConfig(WeightFiles weights, OpenClipOptions options)
    {
        var patch = Shape(weights, PatchWeight, 4);
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

    /// <summary>Fills a model; nothing is changed unless all fits.</summary>
    internal static void Load(ClipModel model, WeightFiles weights)
    {
        var sources = model.named_parameters()
            .Select(entry => (entry.name, entry.parameter, Source: OpenClipName.Of(entry.name))).ToList();
        var missing = sources.Where(entry => !weights.Names.Contains(entry.Source.Name))
            .Select(entry => entry.Source.Name).Distinct().ToList();
        var used = sources.Select(entry => entry.Source.Name).ToHashSet();
        var unexpected = weights.Names.Where(name => !used.Contains(name) && !s_ignored.Contains(name)).ToList();
        var misshapen = sources
            .Where(entry => weights.Names.Contains(entry.Source.Name)
                && !weights.Info(entry.Source.Name).Shape.SequenceEqual(entry.Source.FileShape(entry.parameter.shape)))
            .Select(entry => $"{entry.Source.Name} is [{string.Join(", ", weights.Info(entry.Source.Name).Shape)}] in the file, [{string.Join(", ", entry.Source.FileShape(entry.parameter.shape))}] by the config")
            .Distinct().ToList();
        ModuleWeights.RequireFit(model, weights, missing, unexpected, misshapen);
        using var _ = no_grad();
        foreach (var (name, parameter, source) in sources)
        {
            using var scope = NewDisposeScope();
            var tensor = empty([.. weights.Info(source.Name).Shape], dtype: weights.Info(source.Name).Dtype);
            weights.CopyTo(source.Name, tensor);
            parameter.copy_(source.Part(tensor));
        }
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
