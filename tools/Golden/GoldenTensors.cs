using MLNet.SynthAugment.Diffusion.Weights;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Golden;

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
