using MLNet.SynthAugment.Diffusion.Weights;

namespace MLNet.SynthAugment.Golden;

/// <summary>
/// A folder of golden data: its files, opened when they are first asked for and kept open until it is disposed.
/// </summary>
internal sealed class GoldenFolder : IDisposable
{
    private readonly Dictionary<string, GoldenTensors> _tensors = [];
    private readonly Dictionary<string, JsonDocument?> _documents = [];

    /// <summary>Lists the files of a folder.</summary>
    /// <param name="root">The folder that the runner was pointed at.</param>
    /// <param name="path">The folder itself, <paramref name="root"/> or one below it.</param>
    public GoldenFolder(string root, string path)
    {
        FullPath = path;
        var relative = Path.GetRelativePath(root, path).Replace('\\', '/');
        Name = relative == "." ? Path.GetFileName(Path.TrimEndingDirectorySeparator(root)) : relative;
        Files = [.. Directory.EnumerateFiles(path).Select(file => Path.GetFileName(file))
            .Order(StringComparer.Ordinal)];
    }

    /// <summary>Path relative to the folder that is checked.</summary>
    public string Name { get; }

    /// <summary>Where it lies.</summary>
    public string FullPath { get; }

    /// <summary>Names of the files in it.</summary>
    public IReadOnlyList<string> Files { get; }

    /// <summary>
    /// The class that <c>config.json</c> names, as diffusers (<c>_class_name</c>) or transformers
    /// (<c>architectures</c>) writes it; null if there is none.
    /// </summary>
    public string? ModelClass
    {
        get
        {
            if (Json("config.json") is not { ValueKind: JsonValueKind.Object } config)
                return null;
            if (config.TryGetProperty("_class_name", out var name) && name.ValueKind == JsonValueKind.String)
                return name.GetString();
            return config.TryGetProperty("architectures", out var list) && list.ValueKind == JsonValueKind.Array
                && list.EnumerateArray().FirstOrDefault() is { ValueKind: JsonValueKind.String } first
                ? first.GetString()
                : null;
        }
    }

    /// <summary>Names of the config and the weight files of the model in this folder.</summary>
    public IReadOnlyList<string> ModelFiles => [.. Files.Where(IsModelFile)];

    /// <summary>Whether there is a file of that name.</summary>
    public bool Has(string file) => Files.Contains(file);

    /// <summary>The path of a file or folder that is given relative to this folder.</summary>
    public string Resolve(string relative) => Path.GetFullPath(Path.Combine(FullPath, relative));

    /// <summary>The tensors of a safetensors file.</summary>
    public GoldenTensors Tensors(string file)
    {
        if (!_tensors.TryGetValue(file, out var tensors))
            _tensors[file] = tensors = new GoldenTensors(Resolve(file));
        return tensors;
    }

    /// <summary>A JSON file's root, or null if the file is absent or no JSON.</summary>
    public JsonElement? Json(string file)
    {
        if (!_documents.TryGetValue(file, out var document))
            _documents[file] = document = Parse(file);
        return document?.RootElement;
    }

    /// <summary>
    /// The JSON files whose root is an object with a list under <paramref name="key"/>, and the list's objects.
    /// </summary>
    public IEnumerable<(string File, JsonElement Root, IReadOnlyList<JsonElement> Entries)> JsonLists(string key)
    {
        foreach (var file in Files.Where(file => file.EndsWith(".json", StringComparison.Ordinal)))
        {
            if (Json(file) is { ValueKind: JsonValueKind.Object } root && root.TryGetProperty(key, out var list)
                && list.ValueKind == JsonValueKind.Array)
                yield return (file, root,
                    [.. list.EnumerateArray().Where(entry => entry.ValueKind == JsonValueKind.Object)]);
        }
    }

    /// <summary>The safetensors files opened so far.</summary>
    public IEnumerable<(string File, GoldenTensors Tensors)> OpenedTensors =>
        _tensors.Select(entry => (entry.Key, entry.Value));

    /// <summary>Closes all files.</summary>
    public void Dispose()
    {
        foreach (var tensors in _tensors.Values)
            tensors.Dispose();
        foreach (var document in _documents.Values)
            document?.Dispose();
    }

    private static bool IsModelFile(string file) =>
        file == "config.json" || file.StartsWith("diffusion_pytorch_model", StringComparison.Ordinal)
            || file.StartsWith("model", StringComparison.Ordinal);

    private JsonDocument? Parse(string file)
    {
        if (!Has(file))
            return null;
        try
        {
            using var stream = File.OpenRead(Resolve(file));
            return JsonDocument.Parse(stream);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>The tensors of a golden file. Those that no case asks for are found out at the end.</summary>
internal sealed class GoldenTensors(string path) : IDisposable
{
    private readonly SafetensorsFile _file = SafetensorsFile.Open(path);
    private readonly HashSet<string> _used = [];

    /// <summary>All names.</summary>
    public IReadOnlyCollection<string> Names => [.. _file.Tensors.Keys];

    /// <summary>The names that were neither read nor passed over.</summary>
    public IReadOnlyCollection<string> Unused => [.. _file.Tensors.Keys.Where(name => !_used.Contains(name))];

    /// <summary>A tensor on the CPU in the file's type, new at each call.</summary>
    /// <exception cref="SafetensorsException">The file has none of that name.</exception>
    public Tensor this[string name]
    {
        get
        {
            _used.Add(name);
            return _file.Read(name);
        }
    }

    /// <summary>Whether the file has a tensor of that name.</summary>
    public bool Has(string name) => _file.Tensors.ContainsKey(name);

    /// <summary>The shape that the header gives for a tensor.</summary>
    public IReadOnlyList<long> Shape(string name) => _file.Tensors[name].Shape;

    /// <summary>A tensor, or null if the file has none of that name.</summary>
    public Tensor? Find(string name) => Has(name) ? this[name] : null;

    /// <summary>Says that tensors have no part in any check.</summary>
    public void PassOver(params IEnumerable<string> names) => _used.UnionWith(names);

    /// <summary>Closes the file.</summary>
    public void Dispose() => _file.Dispose();
}
