using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MLNet.SynthAugment.Diffusion.Weights;

/// <summary>
/// A Stable Diffusion model as Hugging Face keeps it: <c>model_index.json</c> and a folder for each part.
/// </summary>
public sealed class ModelFolder
{
    private const string IndexFile = "model_index.json";

    // Files that change what a model computes; others (pictures, model cards, other formats) do not.
    private static readonly string[] s_hashedExtensions = [".json", ".txt", ".safetensors"];

    private ModelFolder(string path) => FullPath = path;

    /// <summary>The folder.</summary>
    public string FullPath { get; }

    /// <summary>Folder of the tokenizer.</summary>
    public string Tokenizer => Part("tokenizer");

    /// <summary>Folder of the text encoder.</summary>
    public string TextEncoder => Part("text_encoder");

    /// <summary>Folder of the autoencoder.</summary>
    public string Vae => Part("vae");

    /// <summary>Folder of the UNet.</summary>
    public string UNet => Part("unet");

    /// <summary>The scheduler's config file.</summary>
    public string SchedulerConfig => Path.Combine(Part("scheduler"), "scheduler_config.json");

    /// <summary>Opens a folder and checks that its parts are there.</summary>
    /// <param name="path">The folder.</param>
    /// <exception cref="ModelFolderException">The folder or a part is missing.</exception>
    public static ModelFolder Open(string path)
    {
        var folder = new ModelFolder(Path.GetFullPath(path));
        if (!Directory.Exists(folder.FullPath))
            throw new ModelFolderException($"There is no model folder {folder.FullPath}.{SingleFileHint(folder.FullPath)}");
        var index = Path.Combine(folder.FullPath, IndexFile);
        if (!File.Exists(index))
            throw new ModelFolderException($"{folder.FullPath} is no Stable Diffusion folder: it has no {IndexFile}. Give the folder that holds unet/, vae/, text_encoder/, tokenizer/ and scheduler/.");
        RequireObject(index);
        string[] parts = [folder.UNet, folder.Vae, folder.TextEncoder, folder.Tokenizer, Path.GetDirectoryName(folder.SchedulerConfig)!];
        if (parts.Where(part => !Directory.Exists(part)).Select(Path.GetFileName).ToList() is { Count: > 0 } missing)
            throw new ModelFolderException($"The model folder {folder.FullPath} is incomplete: {string.Join(", ", missing)} missing.");
        return folder;
    }

    /// <summary>The folder's layout for a model that is to be written; nothing needs to be there yet.</summary>
    /// <param name="path">The folder.</param>
    internal static ModelFolder Create(string path)
    {
        Directory.CreateDirectory(path);
        return new ModelFolder(Path.GetFullPath(path));
    }

    /// <summary>Writes <c>model_index.json</c>, which makes the folder a model: write it last.</summary>
    /// <param name="schedulerClass">The scheduler's class in diffusers.</param>
    /// <param name="textEncoderClass">The text encoder's class in transformers.</param>
    internal void WriteIndex(string schedulerClass, string textEncoderClass)
    {
        static JsonArray Entry(string library, string type) => [library, type];
        var index = new JsonObject
        {
            ["_class_name"] = "StableDiffusionPipeline",
            ["feature_extractor"] = new JsonArray(null, null),
            ["safety_checker"] = new JsonArray(null, null),
            ["scheduler"] = Entry("diffusers", schedulerClass),
            ["text_encoder"] = Entry("transformers", textEncoderClass),
            ["tokenizer"] = Entry("transformers", "CLIPTokenizer"),
            ["unet"] = Entry("diffusers", "UNet2DConditionModel"),
            ["vae"] = Entry("diffusers", "AutoencoderKL"),
        };
        AtomicFile.WriteText(Path.Combine(FullPath, IndexFile), index.ToJsonString(new JsonSerializerOptions { WriteIndented = true }) + "\n");
    }

    /// <summary>SHA-256 over names and contents of the configs, tokenizer files and weights, as hexadecimal digits.</summary>
    public string Hash()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        string[] folders = [FullPath, UNet, Vae, TextEncoder, Tokenizer, Path.GetDirectoryName(SchedulerConfig)!];
        var files = folders.SelectMany(Directory.EnumerateFiles)
            .Where(file => s_hashedExtensions.Contains(Path.GetExtension(file)))
            .Select(file => (Name: Path.GetRelativePath(FullPath, file).Replace('\\', '/'), Path: file));
        foreach (var (name, path) in files.OrderBy(file => file.Name, StringComparer.Ordinal))
        {
            using var stream = File.OpenRead(path);
            hash.AppendData(Encoding.UTF8.GetBytes(name + "\n"));
            hash.AppendData(SHA256.HashData(stream));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void RequireObject(string index)
    {
        try
        {
            if (JsonNode.Parse(File.ReadAllText(index)) is not JsonObject)
                throw new ModelFolderException($"{index} is not a JSON object.");
        }
        catch (JsonException exception)
        {
            throw new ModelFolderException($"{index} cannot be read: {exception.Message}", exception);
        }
    }

    private static string SingleFileHint(string path) => File.Exists(path)
        ? " It is a file; a model is given as a folder with model_index.json, not as a single checkpoint file."
        : "";

    private string Part(string name) => Path.Combine(FullPath, name);
}
