namespace MLNet.SynthAugment.Diffusion.Weights;

/// <summary>The weights of one model part: a safetensors file, or several (shards) listed by an index file.</summary>
public sealed class WeightFiles : IDisposable
{
    private readonly Dictionary<string, SafetensorsFile> _fileOfTensor = [];
    private readonly List<SafetensorsFile> _files = [];

    private WeightFiles(IEnumerable<string> paths)
    {
        try
        {
            foreach (var path in paths)
                Add(SafetensorsFile.Open(path));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The files' paths.</summary>
    public IEnumerable<string> Paths => _files.Select(file => file.Path);

    /// <summary>The tensors' names over all files.</summary>
    public IReadOnlyCollection<string> Names => _fileOfTensor.Keys;

    /// <summary>Opens one safetensors file.</summary>
    /// <param name="path">The file.</param>
    public static WeightFiles OpenFile(string path) => new([path]);

    /// <summary>
    /// Opens the weights in a folder: <c>NAME.safetensors</c>, or its half-precision variant
    /// <c>NAME.fp16.safetensors</c>, each also as shards with <c>NAME.safetensors.index.json</c> or
    /// <c>NAME.safetensors.index.fp16.json</c>.
    /// </summary>
    /// <param name="folder">The part's folder.</param>
    /// <param name="name"><c>diffusion_pytorch_model</c> for diffusers' models, <c>model</c> for transformers'.</param>
    /// <param name="preferHalf">Whether to take the half-precision variant where both are there.</param>
    /// <exception cref="ModelFolderException">There are no safetensors weights.</exception>
    public static WeightFiles Open(string folder, string name, bool preferHalf = false) =>
        new(FindPaths(folder, name, preferHalf));

    /// <summary>Number of values in all tensors.</summary>
    internal long ElementCount =>
        _fileOfTensor.Sum(entry =>
            entry.Value.Tensors[entry.Key].Shape.Aggregate(1L, (product, size) => product * size));

    /// <summary>What the header says of a tensor.</summary>
    /// <param name="name">The tensor's name, one of <see cref="Names"/>.</param>
    public TensorInfo Info(string name) => _fileOfTensor[name].Tensors[name];

    /// <inheritdoc cref="SafetensorsFile.CopyTo"/>
    public void CopyTo(string name, Tensor destination) => _fileOfTensor[name].CopyTo(name, destination);

    /// <summary>Closes all files.</summary>
    public void Dispose() => _files.ForEach(file => file.Dispose());

    internal static IReadOnlyList<string> FindPaths(string folder, string name, bool preferHalf)
    {
        string[] variants = preferHalf ? [".fp16", ""] : ["", ".fp16"];
        foreach (var variant in variants)
        {
            var single = Path.Combine(folder, $"{name}{variant}.safetensors");
            if (File.Exists(single))
                return [single];
            var index = Path.Combine(folder, $"{name}.safetensors.index{variant}.json");
            if (File.Exists(index))
                return ReadIndex(index);
        }
        throw Missing(folder, name);
    }

    private static List<string> ReadIndex(string path)
    {
        if (ModelConfig.ReadObject(path)["weight_map"] is not JsonObject map || map.Count == 0)
            throw new ModelFolderException(
                $"{path} is no index of weight files: it has no 'weight_map' that names the file of each tensor.");
        var shards = map.Select(
            entry => entry.Value is JsonValue value && value.TryGetValue<string>(out var name) ? name : null).Distinct()
            .Select(name => Shard(path, name)).ToList();
        return shards.FirstOrDefault(shard => !File.Exists(shard)) is { } absent
            ? throw new ModelFolderException(
                $"{path} names the weight file {absent}, which is not there: download it too.")
            : shards;
    }

    // An index must not lead out of its folder.
    private static string Shard(string index, string? name) =>
        name is not null && name.EndsWith(".safetensors", StringComparison.Ordinal) && name == Path.GetFileName(name)
            ? Path.Combine(Path.GetDirectoryName(index)!, name)
            : throw new ModelFolderException(
                $"{index} names a weight file '{name}', which is not the plain name of a safetensors file.");

    private static ModelFolderException Missing(string folder, string name)
    {
        if (!Directory.Exists(folder))
            return new ModelFolderException($"There is no folder {folder}.");
        return new ModelFolderException(
            Directory.EnumerateFiles(folder).FirstOrDefault(PickleFiles.IsNamed) is { } pickle
            ? $"{pickle}: {PickleFiles.Refusal($"{name}.safetensors")}."
            : $"There are no weights in {folder}: {name}.safetensors is expected.");
    }

    private void Add(SafetensorsFile file)
    {
        _files.Add(file);
        foreach (var name in file.Tensors.Keys)
        {
            if (!_fileOfTensor.TryAdd(name, file))
                throw new SafetensorsException(file.Path, $"tensor '{name}' is also in {_fileOfTensor[name].Path}.");
        }
    }
}

/// <summary>PyTorch's own weight files. They are pickles, programs that rebuild objects, and are never read.</summary>
internal static class PickleFiles
{
    private static readonly string[] s_extensions = [".bin", ".ckpt", ".pt", ".pth", ".pkl"];

    // A zip, as torch.save writes since 1.6, and a bare pickle of protocol 2 to 5, as before.
    private static readonly byte[] s_zip = "PK\u0003\u0004"u8.ToArray();
    private const byte PickleProtocol = 0x80;

    /// <summary>Whether a file is one by its name.</summary>
    internal static bool IsNamed(string path) => s_extensions.Contains(Path.GetExtension(path).ToLowerInvariant());

    /// <summary>Whether a file is one by its first bytes.</summary>
    internal static bool BeginsAs(ReadOnlySpan<byte> start) =>
        start.StartsWith(s_zip) || start is [PickleProtocol, >= 2 and <= 5, ..];

    /// <summary>Why such a file is refused, and what to take instead; without an end mark.</summary>
    internal static string Refusal(string safetensorsName) =>
        "this is a pickle file, which can run any code when it is loaded, and is never read: take the safetensors "
            + $"weights of this model ({safetensorsName})";
}
