using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Lora;

/// <summary>A set of low-rank changes to a model's layers, independent of any loaded model. Owns its tensors.</summary>
public sealed class LoraAdapter : IDisposable
{
    private readonly SortedDictionary<string, LoraMatrices> _layers;

    /// <summary>Takes over the matrices.</summary>
    /// <param name="layers">Module path (<c>unet.…</c>, <c>text_encoder.…</c>) to matrices.</param>
    /// <param name="metadata">Text kept with the adapter and written into its file, such as the training settings.</param>
    /// <exception cref="ArgumentException">A and B of a layer do not fit each other.</exception>
    public LoraAdapter(IEnumerable<KeyValuePair<string, LoraMatrices>> layers, IReadOnlyDictionary<string, string>? metadata = null)
    {
        _layers = new SortedDictionary<string, LoraMatrices>(StringComparer.Ordinal);
        foreach (var (path, matrices) in layers)
        {
            RequireFit(path, matrices);
            _layers.Add(path, matrices);
            matrices.A.DetachFromDisposeScope();
            matrices.B.DetachFromDisposeScope();
        }
        Metadata = metadata ?? new Dictionary<string, string>();
    }

    /// <summary>Module paths and matrices, in ordinal order of the paths.</summary>
    public IReadOnlyDictionary<string, LoraMatrices> Layers => _layers;

    /// <summary>Text kept with the adapter.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>
    /// A fresh adapter that changes nothing yet: A normal with standard deviation 1 / rank (PEFT's "gaussian"), B zero.
    /// </summary>
    /// <param name="layers">The model's layers.</param>
    /// <param name="paths">The layers to adapt.</param>
    /// <param name="rank">Rank, at least 1.</param>
    /// <param name="alpha">Scale numerator, above 0.</param>
    /// <param name="generator">Source of the random numbers, on the CPU; drawn from in the order of the paths.</param>
    /// <exception cref="ArgumentException">Rank or alpha is out of range, or there is no layer to adapt.</exception>
    public static LoraAdapter Create(LoraLayers layers, IReadOnlyCollection<string> paths, int rank, float alpha, Generator generator)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rank, 1);
        if (!(alpha > 0)) throw new ArgumentOutOfRangeException(nameof(alpha), alpha, "alpha must be above 0.");
        if (paths.Count == 0) throw new ArgumentException("The model has no layer that LoRA could adapt.", nameof(paths));
        return new LoraAdapter(paths.Order(StringComparer.Ordinal).ToDictionary(path => path, path =>
        {
            var weight = layers.ByPath[path].Weight.shape;
            using var unit = randn([rank, .. weight[1..]], ScalarType.Float32, generator: generator);
            return new LoraMatrices(unit / rank, zeros([weight[0], rank, .. weight[2..].Select(_ => 1L)], ScalarType.Float32), alpha);
        }));
    }

    /// <summary>Reads a PEFT adapter file.</summary>
    /// <param name="path">A safetensors file.</param>
    /// <exception cref="Weights.SafetensorsException">The file is damaged.</exception>
    /// <exception cref="InvalidDataException">The file holds something else than a PEFT LoRA adapter.</exception>
    public static LoraAdapter Load(string path) => PeftFile.Load(path);

    /// <summary>Writes the adapter as a PEFT file that diffusers reads; replaces the file at once or not at all.</summary>
    /// <param name="path">Path of the safetensors file.</param>
    public void Save(string path) => PeftFile.Save(this, path);

    /// <summary>Adds the change to every forward pass of the model, until the result is disposed.</summary>
    /// <param name="layers">The model's layers.</param>
    /// <param name="strength">Factor on the change; 1 is full, 0 none.</param>
    /// <returns>Detaches the adapter when disposed.</returns>
    /// <exception cref="ArgumentException">The adapter does not fit the model.</exception>
    public AttachedLora Attach(LoraLayers layers, float strength = 1) => new(this, layers, strength);

    /// <summary>Adds the change to the model's weights, until the result is disposed. Costs nothing in a forward pass.</summary>
    /// <param name="layers">The model's layers.</param>
    /// <param name="strength">Factor on the change.</param>
    /// <returns>Restores the very bits of the weights when disposed.</returns>
    /// <exception cref="ArgumentException">The adapter does not fit the model.</exception>
    public MergedLora Merge(LoraLayers layers, float strength = 1) => new(this, layers, strength);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var matrices in _layers.Values)
        {
            matrices.A.Dispose();
            matrices.B.Dispose();
        }
    }

    private static void RequireFit(string path, LoraMatrices matrices)
    {
        long[] a = matrices.A.shape, b = matrices.B.shape;
        if (a.Length is not (2 or 4) || b.Length != a.Length || a.Contains(0) || b.Contains(0) || a[0] != b[1] || b[2..].Any(kernel => kernel != 1))
            throw new ArgumentException($"{path}: A [{string.Join(", ", a)}] and B [{string.Join(", ", b)}] are no LoRA pair; A must be [rank, in] and B [out, rank], or [rank, in, k, k] and [out, rank, 1, 1] for a convolution.");
    }
}
