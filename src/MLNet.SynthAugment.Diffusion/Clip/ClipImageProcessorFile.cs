using System.Text.Json.Nodes;
using MLNet.SynthAugment.Diffusion.Files;
using MLNet.SynthAugment.Diffusion.Weights;

namespace MLNet.SynthAugment.Diffusion.Clip;

/// <summary>
/// The <c>preprocessor_config.json</c> of a <see cref="ClipImageProcessor"/>, in today's form (sizes as objects) and in
/// the older one (sizes as numbers, no rescaling keys).
/// </summary>
internal static class ClipImageProcessorFile
{
    internal const string FileName = "preprocessor_config.json";

    // transformers 5 writes one file for tokenizer and image processor together.
    private const string WholeFileName = "processor_config.json";
    private const string PartKey = "image_processor";

    private const int LargestSize = 16384;

    /// <summary>
    /// Reads the file of a folder: the image processor's own, or that of the whole processor, which holds it.
    /// </summary>
    internal static ClipImageProcessor ReadFolder(string folder)
    {
        var (own, whole) = (Path.Combine(folder, FileName), Path.Combine(folder, WholeFileName));
        return Read(File.Exists(whole) && !File.Exists(own) ? whole : own);
    }

    internal static ClipImageProcessor Read(string path)
    {
        var json = ModelConfig.ReadObject(path);
        json = json[PartKey] as JsonObject ?? json;
        try
        {
            var defaults = new ClipImageProcessor();
            return new ClipImageProcessor
            {
                Resize = Flag(json, "do_resize") ? Size(json["size"], path) ?? defaults.Resize : null,
                Crop = Flag(json, "do_center_crop") ? CropSize(json["crop_size"], path) ?? defaults.Crop : null,
                Resample = json["resample"] is { } resample
                    ? Resampling(resample.GetValue<int>(), path) : defaults.Resample,
                RescaleFactor = Flag(json, "do_rescale")
                    ? json["rescale_factor"]?.GetValue<double>() ?? defaults.RescaleFactor : 1,
                ImageMean = Flag(json, "do_normalize")
                    ? Channels(json["image_mean"], "image_mean", path) ?? defaults.ImageMean : [0, 0, 0],
                ImageStd = Flag(json, "do_normalize")
                    ? Channels(json["image_std"], "image_std", path) ?? defaults.ImageStd : [1, 1, 1],
            };
        }
        catch (Exception exception)
            when (exception is InvalidOperationException or FormatException or ArgumentException)
        {
            throw new ModelFolderException($"{path} cannot be read: {exception.Message}", exception);
        }
    }

    internal static void Write(string path, ClipImageProcessor processor)
    {
        var json = new JsonObject
        {
            ["image_processor_type"] = "CLIPImageProcessor",
            ["do_resize"] = processor.Resize is not null,
            ["do_center_crop"] = processor.Crop is not null,
            ["do_rescale"] = true,
            ["do_normalize"] = true,
            ["do_convert_rgb"] = true,
            ["resample"] = (int)processor.Resample,
            ["rescale_factor"] = processor.RescaleFactor,
            ["image_mean"] = new JsonArray([.. processor.ImageMean.Select(value => JsonValue.Create(value))]),
            ["image_std"] = new JsonArray([.. processor.ImageStd.Select(value => JsonValue.Create(value))]),
        };
        if (processor.Resize is { } resize)
            json["size"] = resize.ShortestEdge is { } edge
                ? new JsonObject { ["shortest_edge"] = edge }
                : new JsonObject { ["height"] = resize.Height, ["width"] = resize.Width };
        if (processor.Crop is { } crop)
            json["crop_size"] = new JsonObject { ["height"] = crop.Height, ["width"] = crop.Width };
        AtomicFile.WriteText(path, json.ToJsonString() + "\n");
    }

    private static bool Flag(JsonObject json, string key) => json[key]?.GetValue<bool>() ?? true;

    private static ClipResize? Size(JsonNode? node, string path) => node switch
    {
        null => null,
        JsonObject size when size["shortest_edge"] is { } edge => new ClipResize(ShortestEdge: Length(edge, path)),
        JsonObject size when size["height"] is { } height
            && size["width"] is { } width => new ClipResize(Height: Length(height, path), Width: Length(width, path)),
        JsonObject => throw new ModelFolderException(
            $"{path}: 'size' must hold 'shortest_edge', or 'height' and 'width'."),
        _ => new ClipResize(ShortestEdge: Length(node, path)),
    };

    private static (int Height, int Width)? CropSize(JsonNode? node, string path) => node switch
    {
        null => null,
        JsonObject size => size["height"] is { } height && size["width"] is { } width
            ? (Length(height, path), Length(width, path))
            : throw new ModelFolderException($"{path}: 'crop_size' must hold 'height' and 'width'."),
        _ => (Length(node, path), Length(node, path)),
    };

    private static int Length(JsonNode node, string path) =>
        node.GetValue<int>() is var length and >= 1 and <= LargestSize
        ? length
        : throw new ModelFolderException($"{path}: sizes must be 1 to {LargestSize} pixels, not {node}.");

    private static PillowResampling Resampling(int number, string path) => Enum.IsDefined((PillowResampling)number)
        ? (PillowResampling)number
        : throw new ModelFolderException($"{path}: resample {number} is not supported; 0 (nearest) to 4 (box) are.");

    private static IReadOnlyList<double>? Channels(JsonNode? node, string key, string path)
    {
        if (node is null)
            return null;
        var values = node.AsArray().Select(value => value?.GetValue<double>() ?? double.NaN).ToList();
        return values.Count == 3 && values.All(value => double.IsFinite(value) && (value != 0 || key == "image_mean"))
            ? values
            : throw new ModelFolderException(
                $"{path}: '{key}' must hold a number for each of the three "
                    + $"channels{(key == "image_mean" ? "" : ", none of them 0")}.");
    }
}
