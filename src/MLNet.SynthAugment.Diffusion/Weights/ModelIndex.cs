using System.Text.Json;
using System.Text.Json.Nodes;
using MLNet.SynthAugment.Diffusion.Files;

namespace MLNet.SynthAugment.Diffusion.Weights;

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
