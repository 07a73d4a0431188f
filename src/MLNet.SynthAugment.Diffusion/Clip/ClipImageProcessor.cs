using MLNet.SynthAugment.Diffusion.Files;
using MLNet.SynthAugment.Diffusion.Images;
using MLNet.SynthAugment.Diffusion.Weights;

namespace MLNet.SynthAugment.Diffusion.Clip;

/// <summary>
/// Makes images ready for a CLIP image encoder: shorter edge resized, middle cut out, bytes to 0…1, normalised by
/// channel. The defaults are those of transformers' CLIPImageProcessor.
/// </summary>
public sealed record ClipImageProcessor
{
    /// <summary>The size to bring an image to; null to leave it as it is.</summary>
    public ClipResize? Resize { get; init; } = new(ShortestEdge: 224);

    /// <summary>Height and width of the square or rectangle that is cut out; null to keep the whole.</summary>
    public (int Height, int Width)? Crop { get; init; } = (224, 224);

    /// <summary>Where an odd remainder of the crop goes.</summary>
    public CropOffset CropOffset { get; init; } = CropOffset.RoundDown;

    /// <summary>The resizing kernel.</summary>
    public PillowResampling Resample { get; init; } = PillowResampling.Bicubic;

    /// <summary>What bytes are multiplied with.</summary>
    public double RescaleFactor { get; init; } = 1 / 255.0;

    /// <summary>Subtracted from each channel.</summary>
    public IReadOnlyList<double> ImageMean { get; init; } = [0.48145466, 0.4578275, 0.40821073];

    /// <summary>What each channel is divided by afterwards.</summary>
    public IReadOnlyList<double> ImageStd { get; init; } = [0.26862954, 0.26130258, 0.27577711];

    /// <summary>The processor for an image encoder: its image size, and the published CLIP models' values.</summary>
    /// <param name="config">The image encoder's config.</param>
    public static ClipImageProcessor For(ClipVisionConfig config) => new()
    {
        Resize = new ClipResize(ShortestEdge: (int)config.ImageSize),
        Crop = ((int)config.ImageSize, (int)config.ImageSize),
    };

    /// <summary>
    /// Reads <c>preprocessor_config.json</c>, or the image processor in <c>processor_config.json</c> where only that
    /// is there.
    /// </summary>
    /// <param name="folder">The folder that holds it, <c>feature_extractor</c> in a model folder.</param>
    /// <exception cref="ModelFolderException">The file is missing, or a value is not supported; the message names
    /// it.</exception>
    public static ClipImageProcessor FromFolder(string folder) =>
        ClipImageProcessorFile.ReadFolder(folder);

    /// <summary>Writes <c>preprocessor_config.json</c>.</summary>
    /// <param name="folder">The folder; it is made if it is not there.</param>
    public void Save(string folder) =>
        ClipImageProcessorFile.Write(Path.Combine(folder, ClipImageProcessorFile.FileName), this);

    /// <summary>Resizes and crops one image.</summary>
    /// <param name="image">The image; it is not changed.</param>
    /// <returns>A new image.</returns>
    /// <exception cref="ArgumentException">The image is smaller than the crop.</exception>
    public Image<Rgb24> ResizeAndCrop(Image<Rgb24> image)
    {
        using var resized = Resize?.Apply(image, Resample.ToResampler());
        var source = resized ?? image;
        return Crop is { } crop
            ? ImageResizing.CenterCrop(source, crop.Width, crop.Height, CropOffset) : source.Clone();
    }

    /// <summary>Makes a batch for an image encoder.</summary>
    /// <param name="images">One or more images; they are not changed.</param>
    /// <param name="device">Where the tensor goes; the CPU if null.</param>
    /// <returns>float32 [B, 3, height, width].</returns>
    /// <exception cref="ArgumentException">There is no image, one is too small, or without a crop they differ in
    /// size.</exception>
    public Tensor Preprocess(IReadOnlyList<Image<Rgb24>> images, Device? device = null)
    {
        var ready = new List<Image<Rgb24>>();
        try
        {
            foreach (var image in images)
                ready.Add(ResizeAndCrop(image));
            using var scope = NewDisposeScope();
            var bytes = ImageTensors.ToTensor(ready, device).Plus(1) * Kept(127.5);
            return Normalize(bytes * Kept(RescaleFactor)).MoveToOuterDisposeScope();
        }
        finally
        {
            ready.ForEach(image => image.Dispose());
        }
    }

    /// <summary>(x − mean) / standard deviation, by channel; differentiable.</summary>
    /// <param name="images">[B, 3, height, width], 0 to 1.</param>
    /// <returns>A new tensor of the same shape.</returns>
    public Tensor Normalize(Tensor images)
    {
        using var mean = Channels(ImageMean, images);
        using var deviation = Channels(ImageStd, images);
        using var centred = images - mean;
        return centred / deviation;
    }

    private static Tensor Channels(IReadOnlyList<double> values, Tensor like)
    {
        using var flat = tensor([.. values], dtype: like.dtype, device: like.device);
        return flat.reshape(1, values.Count, 1, 1);
    }
}

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
        catch (Exception error)
            when (error is InvalidOperationException or FormatException or ArgumentException)
        {
            throw new ModelFolderException($"{path} cannot be read: {error.Message}", error);
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
