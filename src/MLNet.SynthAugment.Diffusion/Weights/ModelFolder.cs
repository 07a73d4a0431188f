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
