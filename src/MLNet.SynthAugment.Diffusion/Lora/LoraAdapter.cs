using MLNet.SynthAugment.Diffusion.Layers;
using MLNet.SynthAugment.Diffusion.Lora.Formats;
using MLNet.SynthAugment.Diffusion.Weights;

namespace MLNet.SynthAugment.Diffusion.Lora;

/// <summary>A set of low-rank changes to a model's layers, independent of any loaded model. Owns its tensors.</summary>
public sealed class LoraAdapter : IDisposable
{
    private readonly SortedDictionary<string, LoraMatrices> _layers;

    /// <summary>Takes over the matrices.</summary>
    /// <param name="layers">Module path (<c>unet.…</c>, <c>text_encoder.…</c>, <c>text_encoder_2.…</c>) to
    /// matrices.</param>
    /// <param name="metadata">Text kept with the adapter and written into its file, such as the training
    /// settings.</param>
    /// <exception cref="ArgumentException">A and B of a layer do not fit each other, or a layer comes
    /// twice.</exception>
    public LoraAdapter(IEnumerable<KeyValuePair<string, LoraMatrices>> layers,
        IReadOnlyDictionary<string, string>? metadata = null)
    {
        _layers = new SortedDictionary<string, LoraMatrices>(StringComparer.Ordinal);
        foreach (var (path, matrices) in layers)
        {
            RequireFit(path, matrices);
            if (!_layers.TryAdd(path, matrices)) throw new ArgumentException(
                $"{path}: there are two changes of this layer.", nameof(layers));
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
    public static LoraAdapter Create(
        LoraLayers layers, IReadOnlyCollection<string> paths, int rank, float alpha, Generator generator)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rank, 1);
        if (!(alpha > 0))
            throw new ArgumentOutOfRangeException(nameof(alpha), alpha, "alpha must be above 0.");
        if (paths.Count == 0) throw new ArgumentException(
            "The model has no layer that LoRA could adapt.", nameof(paths));
        return new LoraAdapter(paths.Order(StringComparer.Ordinal).ToDictionary(path => path, path =>
        {
            var weight = layers.ByPath[path].Weight.shape;
            using var unit = randn([rank, .. weight[1..]], ScalarType.Float32, generator: generator);
            return new LoraMatrices(
                unit / Kept(rank), zeros([weight[0], rank, .. weight[2..].Select(_ => 1L)], ScalarType.Float32), alpha);
        }));
    }

    /// <summary>Reads an adapter whose file spells the module paths out: every format but kohya's.</summary>
    /// <param name="path">A safetensors file; its format is recognised by the tensors' names.</param>
    /// <param name="warn">Gets a sentence for each setting of the file that has no effect; null for nobody.</param>
    /// <exception cref="Weights.SafetensorsException">The file is damaged.</exception>
    /// <exception cref="InvalidDataException">The file holds something else than a LoRA adapter, or needs the model's
    /// names; the message shows names.</exception>
    public static LoraAdapter Load(string path, Action<string>? warn = null) =>
        LoraReader.Read(path, null, ignoreUnknown: false, warn);

    /// <summary>Reads an adapter for a model, in any format.</summary>
    /// <param name="path">A safetensors file.</param>
    /// <param name="layers">The model's layers.</param>
    /// <param name="ignoreUnknown">Whether layers that the model lacks are passed over instead of refused.</param>
    /// <param name="warn">Gets a sentence for each setting of the file that has no effect; null for nobody.</param>
    /// <exception cref="Weights.SafetensorsException">The file is damaged.</exception>
    /// <exception cref="InvalidDataException">The file holds something else than a LoRA adapter for such a model; the
    /// message shows names.</exception>
    public static LoraAdapter Load(
        string path, LoraLayers layers, bool ignoreUnknown = false, Action<string>? warn = null) =>
        Load(path, [.. layers.ByPath.Keys], ignoreUnknown, warn);

    /// <summary>Reads an adapter for a model that is not loaded, in any format.</summary>
    /// <param name="path">A safetensors file.</param>
    /// <param name="modulePaths">Paths of the model's modules, such as <see cref="LoraLayers.PathsIn"/> gives
    /// them.</param>
    /// <param name="ignoreUnknown">Whether layers that the model lacks are passed over instead of refused.</param>
    /// <param name="warn">Gets a sentence for each setting of the file that has no effect; null for nobody.</param>
    /// <exception cref="Weights.SafetensorsException">The file is damaged.</exception>
    /// <exception cref="InvalidDataException">The file holds something else than a LoRA adapter for such a model; the
    /// message shows names.</exception>
    public static LoraAdapter Load(
        string path,
        IReadOnlyCollection<string> modulePaths,
        bool ignoreUnknown = false,
        Action<string>? warn = null) =>
        LoraReader.Read(path, new ModuleNames(modulePaths), ignoreUnknown, warn);

    /// <summary>The format of a LoRA file, by its tensors' names.</summary>
    /// <param name="path">A safetensors file.</param>
    /// <exception cref="Weights.SafetensorsException">The file is damaged.</exception>
    /// <exception cref="InvalidDataException">The file holds something else than a LoRA adapter.</exception>
    public static LoraFormat FormatOf(string path)
    {
        using var file = SafetensorsFile.Open(path);
        return LoraFormat.Recognise(path, [.. file.Tensors.Keys]);
    }

    /// <summary>
    /// Writes the adapter; replaces the file at once or not at all. Only kohya's format has a place for alpha: in the
    /// others a scale other than 1 is multiplied into B, which is exact if it is a power of two.
    /// </summary>
    /// <param name="path">Path of the safetensors file.</param>
    /// <param name="format">How the tensors are named; PEFT's names if null.</param>
    /// <param name="precision">
    /// Type of the matrices in the file. Where values are too small or too large for it, a power of two moves between
    /// A and B.
    /// </param>
    /// <param name="warn">
    /// Gets a sentence if values are still too small and lose digits, with their number; null for nobody.
    /// </param>
    /// <exception cref="InvalidOperationException">
    /// The format has no name for one of the layers, or values are too large for the type.
    /// </exception>
    public void Save(
        string path,
        LoraFormat? format = null,
        Precision precision = Precision.Float32,
        Action<string>? warn = null) =>
        LoraWriter.Write(this, path, format ?? LoraFormat.Peft, precision.ToScalarType(), warn);

    /// <summary>
    /// Adds the change to every forward pass of the model, until the result is disposed. Several adapters add up.
    /// </summary>
    /// <param name="layers">The model's layers.</param>
    /// <param name="strength">Factor on the change; 1 is full, 0 none.</param>
    /// <returns>Changes the strength, and detaches the adapter when disposed.</returns>
    /// <exception cref="ArgumentException">The adapter does not fit the model.</exception>
    public AttachedLora Attach(LoraLayers layers, float strength = 1) => new(this, layers, strength);

    /// <summary>
    /// Adds the change to the model's weights, until the result is disposed; costs nothing in a forward pass. Several
    /// adapters add up, and come off in any order.
    /// </summary>
    /// <param name="layers">The model's layers.</param>
    /// <param name="strength">Factor on the change.</param>
    /// <returns>Changes the strength, and restores the very bits of the weights when disposed.</returns>
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
        if (a.Length is not (2 or 4) || b.Length != a.Length || a.Contains(0) || b.Contains(0) || a[0] != b[1]
            || b[2..].Any(kernel => kernel != 1))
            throw new ArgumentException(
                $"{path}: A [{string.Join(", ", a)}] and B [{string.Join(", ", b)}] are no LoRA pair; A must be "
                    + "[rank, in] and B [out, rank], or [rank, in, k, k] and [out, rank, 1, 1] for a convolution.");
        if (!float.IsFinite(matrices.Alpha)) throw new ArgumentException(
            $"{path}: alpha is {matrices.Alpha}, not a finite number.");
    }
}

/// <summary>
/// The low-rank change of one layer (Hu et al. 2021): ΔW = (alpha / rank) · B A.
/// </summary>
/// <param name="A">Down projection, float32 on the CPU: [rank, in], or [rank, in, kernel, kernel] for a
/// convolution.</param>
/// <param name="B">Up projection, float32 on the CPU: [out, rank], or [out, rank, 1, 1] for a convolution.</param>
/// <param name="Alpha">Scales the change; equal to the rank it leaves B A as it is.</param>
public sealed record LoraMatrices(Tensor A, Tensor B, float Alpha)
{
    /// <summary>Number of rows of A.</summary>
    public long Rank => A.shape[0];

    /// <summary>alpha / rank.</summary>
    public float Scale => Alpha / Rank;

    /// <summary>ΔW in the shape of the layer's weight, float32.</summary>
    public Tensor Change() => new LoraLayerWeights(A, B, Scale).Change();
}
