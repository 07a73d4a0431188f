using MLNet.SynthAugment.Diffusion.Files;

namespace MLNet.SynthAugment.Diffusion.Weights;

/// <summary>
/// A Stable Diffusion model as Hugging Face keeps it: <c>model_index.json</c> and a folder for each part.
/// </summary>
public sealed class ModelFolder
{
    private const string SchedulerConfigFile = "scheduler_config.json";

    private readonly HashSet<string> _parts;

    private ModelFolder(string path, IEnumerable<string> parts)
    {
        FullPath = path;
        _parts = [.. parts];
    }

    /// <summary>The folder.</summary>
    public string FullPath { get; }

    /// <summary>Folder of the tokenizer.</summary>
    public string Tokenizer => PathOf(ModelPart.Tokenizer);

    /// <summary>Folder of the text encoder.</summary>
    public string TextEncoder => PathOf(ModelPart.TextEncoder);

    /// <summary>Folder of the autoencoder.</summary>
    public string Vae => PathOf(ModelPart.Vae);

    /// <summary>Folder of the UNet.</summary>
    public string UNet => PathOf(ModelPart.UNet);

    /// <summary>The scheduler's config file.</summary>
    public string SchedulerConfig => SchedulerConfigOf(ModelPart.Scheduler);

    /// <summary>
    /// Parts that <c>model_index.json</c> names and that are not used, such as <c>safety_checker</c>.
    /// </summary>
    public IReadOnlyList<string> IgnoredParts { get; private init; } = [];

    /// <summary>The index; null for a folder that is to be written.</summary>
    internal ModelIndex? Index { get; private init; }

    /// <summary>Opens a folder and checks that its parts are there.</summary>
    /// <param name="path">The folder.</param>
    /// <exception cref="ModelFolderException">The folder or a part is missing.</exception>
    public static ModelFolder Open(string path)
    {
        path = Path.GetFullPath(path);
        if (!Directory.Exists(path))
            throw new ModelFolderException($"There is no model folder {path}.{SingleFileHint(path)}");
        var indexPath = Path.Combine(path, ModelIndex.FileName);
        if (!File.Exists(indexPath))
            throw new ModelFolderException(
                $"{path} is no Stable Diffusion folder: it has no {ModelIndex.FileName}. Give the folder that holds "
                    + "unet/, vae/, text_encoder/, tokenizer/ and scheduler/.");
        var index = ModelIndex.Read(indexPath);
        List<string> needed = [.. ModelPart.Base, .. ModelPart.Needed(index.PipelineClass)];
        var missing = needed.Where(part => index.LeavesOut(part) || !Directory.Exists(Path.Combine(path, part)))
            .ToList();
        if (missing.Count > 0)
            throw new ModelFolderException(
                $"The model folder {path} is incomplete: {string.Join(", ", missing)} "
                    + $"missing.{KindHint(index.PipelineClass)}");
        var parts = needed.Concat(
            ModelPart.Used(index.PipelineClass)
            .Where(part => index.Has(part) && Directory.Exists(Path.Combine(path, part)))).ToList();
        return new ModelFolder(path, parts) { Index = index, IgnoredParts = [.. index.Parts.Except(parts)] };
    }

    /// <summary>Whether the model has a part.</summary>
    internal bool Has(string part) => _parts.Contains(part);

    /// <summary>A part's folder.</summary>
    internal string PathOf(string part) => Path.Combine(FullPath, part);

    /// <summary>The config file of a scheduler.</summary>
    internal string SchedulerConfigOf(string part) => Path.Combine(PathOf(part), SchedulerConfigFile);

    /// <summary>The folder's layout for a model that is to be written; nothing needs to be there yet.</summary>
    /// <param name="path">The folder.</param>
    internal static ModelFolder Create(string path)
    {
        Directory.CreateDirectory(path);
        return new ModelFolder(Path.GetFullPath(path), []);
    }

    /// <summary>Writes <c>model_index.json</c>, which makes the folder a model: write it last.</summary>
    internal void WriteIndex(ModelIndex index) => index.Write(Path.Combine(FullPath, ModelIndex.FileName));

    /// <summary>
    /// SHA-256 over names and contents of the index and of the used parts' configs, tokenizer files and weights, as
    /// hexadecimal digits.
    /// </summary>
    public string Hash() =>
        FileHash.Compute(FullPath,
            _parts.Select(PathOf).SelectMany(FileHash.ModelFiles).Append(Path.Combine(FullPath, ModelIndex.FileName)));

    private static string SingleFileHint(string path)
    {
        if (!File.Exists(path))
            return "";
        var hint = " It is a file; a model is given as a folder with model_index.json, not as a single "
            + "checkpoint file.";
        return PickleFiles.IsNamed(path)
            ? $"{hint} And {PickleFiles.Refusal("a folder with *.safetensors files")}." : hint;
    }

    private static string KindHint(string? pipelineClass) => pipelineClass is null or "StableDiffusionPipeline"
        ? ""
        : $" (Its {ModelIndex.FileName} names the pipeline {pipelineClass}.)";
}

/// <summary>Names of the parts of a model: keys of <c>model_index.json</c> and subfolders.</summary>
internal static class ModelPart
{
    internal const string Tokenizer = "tokenizer";
    internal const string Tokenizer2 = "tokenizer_2";
    internal const string TextEncoder = "text_encoder";
    internal const string TextEncoder2 = "text_encoder_2";
    internal const string Vae = "vae";
    internal const string UNet = "unet";
    internal const string Scheduler = "scheduler";
    internal const string LowResScheduler = "low_res_scheduler";
    internal const string ImageEncoder = "image_encoder";
    internal const string FeatureExtractor = "feature_extractor";
    internal const string ImageNormalizer = "image_normalizer";
    internal const string ImageNoisingScheduler = "image_noising_scheduler";

    /// <summary>The parts that every model has.</summary>
    internal static IReadOnlyList<string> Base { get; } = [UNet, Vae, TextEncoder, Tokenizer, Scheduler];

    /// <summary>The parts that a kind of pipeline has beside them.</summary>
    internal static IReadOnlyList<string> Needed(string? pipelineClass) => pipelineClass switch
    {
        "StableUnCLIPImg2ImgPipeline" => [ImageEncoder, ImageNormalizer, ImageNoisingScheduler],
        "StableDiffusionUpscalePipeline" => [LowResScheduler],
        { } name when name.StartsWith("StableDiffusionXL", StringComparison.Ordinal) => [TextEncoder2, Tokenizer2],
        _ => [],
    };

    /// <summary>The parts that a kind of pipeline uses where they are there.</summary>
    internal static IReadOnlyList<string> Used(string? pipelineClass) => pipelineClass == "StableUnCLIPImg2ImgPipeline"
        ? [FeatureExtractor] : [];
}

/// <summary>
/// The <c>model_index.json</c> of a model folder: the pipeline's class, its parts with their classes, and settings.
/// </summary>
internal sealed class ModelIndex
{
    internal const string FileName = "model_index.json";

    private static readonly JsonSerializerOptions s_json = new() { WriteIndented = true };

    private readonly JsonObject _json;

    private ModelIndex(JsonObject json) => _json = json;

    /// <summary>The pipeline's class in diffusers, or null.</summary>
    internal string? PipelineClass => ModelConfig.ClassName(_json);

    /// <summary>Names of the parts that the model has, in the file's order.</summary>
    internal IEnumerable<string> Parts =>
        _json.Where(entry => ClassOf(entry.Value) is not null).Select(entry => entry.Key);

    /// <summary>Starts an index that is to be written.</summary>
    internal static ModelIndex Create(string pipelineClass) => new(new JsonObject { ["_class_name"] = pipelineClass });

    /// <summary>Reads an index.</summary>
    /// <exception cref="ModelFolderException">The file is no JSON object.</exception>
    internal static ModelIndex Read(string path) => new(ModelConfig.ReadObject(path));

    /// <summary>Whether the model has a part. A part whose class is null is not there.</summary>
    internal bool Has(string part) => ClassOf(_json[part]) is not null;

    /// <summary>Whether the index says that a part is left out.</summary>
    internal bool LeavesOut(string part) => _json.ContainsKey(part) && !Has(part);

    /// <summary>A setting that is on or off.</summary>
    internal bool Flag(string key) => _json[key] is JsonValue value && value.TryGetValue<bool>(out var flag) && flag;

    /// <summary>A setting that is a whole number, or null.</summary>
    internal int? Number(string key) => _json[key] is JsonValue value && value.TryGetValue<int>(out var number)
        ? number : null;

    internal void AddPart(string part, string? library, string? type) => _json[part] = new JsonArray(library, type);

    internal void AddSetting(string key, JsonNode value) => _json[key] = value;

    internal void Write(string path) => AtomicFile.WriteText(path, _json.ToJsonString(s_json) + "\n");

    private static string? ClassOf(JsonNode? entry) =>
        entry is JsonArray { Count: 2 } pair && pair[1] is JsonValue value && value.TryGetValue<string>(out var name)
            ? name : null;
}

/// <summary>
/// A model folder that cannot be used; the message names the file at fault and says what is expected.
/// </summary>
public sealed class ModelFolderException : IOException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">What is wrong, where, and what to do.</param>
    /// <param name="innerException">The cause, if another exception showed it.</param>
    public ModelFolderException(string message, Exception? innerException = null) : base(message, innerException)
    {
    }
}
