using MLNet.SynthAugment.Diffusion.Weights;

namespace MLNet.SynthAugment.Diffusion.Lora.Formats;

/// <summary>Reads a LoRA file of any format.</summary>
internal sealed class LoraReader
{
    private const int NamesShown = 3;

    private readonly string _file;
    private readonly SafetensorsFile _tensors;
    private readonly LoraFormat _format;
    private readonly Dictionary<string, string> _metadata;
    private readonly IReadOnlyDictionary<string, float> _foldedAlphas;
    private readonly IReadOnlyDictionary<string, int> _foldedShifts;
    private readonly PeftSettings? _peft;
    private readonly Action<string> _warn;

    private LoraReader(string file, SafetensorsFile tensors, Action<string> warn)
    {
        (_file, _tensors, _warn) = (file, tensors, warn);
        IReadOnlyCollection<string> names = [.. tensors.Tensors.Keys];
        _format = LoraFormat.Recognise(file, names);
        _metadata = new Dictionary<string, string>(tensors.Metadata);
        _foldedAlphas = FoldedAlphas.Take(_metadata);
        _foldedShifts = FoldedAlphas.TakeShifts(_metadata);
        var peft = PeftSettings.Take(file, names, _metadata);
        _peft = _format.NeedsModel ? null : peft;
    }

    /// <summary>Reads an adapter.</summary>
    /// <param name="file">The file.</param>
    /// <param name="model">The model's modules; null to take the file's names as they are.</param>
    /// <param name="ignoreUnknown">Whether layers that the model lacks are passed over instead of refused.</param>
    /// <param name="warn">Gets a sentence for each of the file's settings without effect; null for nobody.</param>
    /// <exception cref="InvalidDataException">The file holds something else than a LoRA adapter for such a
    /// model.</exception>
    public static LoraAdapter Read(string file, ModuleNames? model, bool ignoreUnknown, Action<string>? warn)
    {
        using var scope = NewDisposeScope();
        using var tensors = SafetensorsFile.Open(file);
        return new LoraReader(file, tensors, warn ?? (_ => { })).Read(model, ignoreUnknown);
    }

    private LoraAdapter Read(ModuleNames? model, bool ignoreUnknown)
    {
        if (_format.NeedsModel && model is null)
            throw new InvalidDataException(
                $"{_file}: this file has kohya's names, such as {_tensors.Tensors.Keys.First()}, which can be "
                    + "understood only with the names of the model's layers: load it with the model's LoraLayers.");
        var named = _tensors.Tensors.Keys.Select(name => (Name: name, Parsed: _format.Parse(name)!.Value))
            .GroupBy(tensor => tensor.Parsed.Layer)
            .Select(layer => (Layer: layer.Key, Path: _format.PathOf(layer.Key, model), Tensors: layer.ToList()))
            .ToList();
        var unknown = named.Where(layer => layer.Path is null || model?.Contains(layer.Path) == false)
            .Select(layer => layer.Layer).ToHashSet();
        if (unknown.Count > 0 && !ignoreUnknown || unknown.Count == named.Count)
            throw new InvalidDataException(
                $"{_file}: {unknown.Count} of {named.Count} layers are not in this model, such as "
                    + $"{string.Join(", ", unknown.Order(StringComparer.Ordinal).Take(NamesShown))}: the adapter is "
                    + "for another kind of model, or for a part that was not given."
                    + (unknown.Count < named.Count ? " Ask for unknown layers to be ignored to load the others." : ""));
        var found = named.Where(layer => layer.Path is not null).Select(layer => (layer.Layer, layer.Path!)).ToList();
        var settings = _peft?.Of(found, _warn);
        try
        {
            return new LoraAdapter(named.Where(layer => !unknown.Contains(layer.Layer))
                .Select(layer => KeyValuePair.Create(
                layer.Path!,
                Matrices(
                    layer.Path!,
                    layer.Layer,
                    layer.Tensors.ToLookup(tensor => tensor.Parsed.Part, tensor => tensor.Name),
                    settings?[layer.Layer]))), _metadata);
        }
        catch (ArgumentException error)
        {
            throw new InvalidDataException($"{_file}: {error.Message}", error);
        }
    }

    private LoraMatrices Matrices(string path, string layer, ILookup<LoraPart, string> names, PeftLayer? settings)
    {
        Tensor a = Tensor(layer, LoraPart.Down, names), b = Tensor(layer, LoraPart.Up, names);
        if (names[LoraPart.Mid].Any())
            a = TuckerProduct(layer, Tensor(layer, LoraPart.Mid, names), a);
        if (_foldedShifts.TryGetValue(path, out var shift) && Math.Abs(shift) <= RoundedMatrices.LargestShift)
            (a, b) = (RoundedMatrices.Shifted(a, -shift), RoundedMatrices.Shifted(b, shift));
        var rank = a.shape is [var first, ..] ? first : 0;
        if (names[LoraPart.Alpha].SingleOrDefault() is { } alphaName) return new LoraMatrices(
            a, b, Alpha(alphaName, rank));
        if (_foldedAlphas.TryGetValue(path, out var folded)
            && FoldedAlphas.IsPowerOfTwo(folded / rank)) return new LoraMatrices(a, b / Kept(folded / rank), folded);
        return settings?.Scale(layer, a, b, rank) ?? new LoraMatrices(a, b, rank);
    }

    private Tensor Tensor(string layer, LoraPart part, ILookup<LoraPart, string> names) => names[part].ToList() switch
    {
        [var name] => _tensors.Read(name, CPU, ScalarType.Float32),
        [] => throw new InvalidDataException(
            $"{_file}: the layer {layer} has no {(part == LoraPart.Down ? "down (A)" : "up (B)")} matrix."),
        var several => throw new InvalidDataException(
            $"{_file}: the tensors {string.Join(" and ", several)} are the same matrix of one layer."),
    };

    // As in kohya's scripts, 0 stands for the rank.
    private float Alpha(string name, long rank)
    {
        if (_tensors.Tensors[name].Shape.Any(size => size != 1)) throw new InvalidDataException(
            $"{_file}: the tensor {name} must be one number.");
        var alpha = _tensors.Read(name, CPU, ScalarType.Float32).item<float>();
        if (!float.IsFinite(alpha)) throw new InvalidDataException(
            $"{_file}: the tensor {name} is {alpha}, not a finite number.");
        return alpha == 0 ? rank : alpha;
    }

    /// <summary>
    /// A k×k kernel after a 1×1 convolution is one k×k convolution: A'[i, c, y, x] = Σ_j mid[i, j, y, x] A[j, c].
    /// </summary>
    private Tensor TuckerProduct(string layer, Tensor mid, Tensor a)
    {
        if (mid.shape is not [_, var inner, _, _] || a.shape is not [var rank, _, 1, 1] || inner != rank)
            throw new InvalidDataException(
                $"{_file}: {layer}: the kernel lora_mid [{string.Join(", ", mid.shape)}] does not fit the down "
                    + $"matrix [{string.Join(", ", a.shape)}].");
        return mid.permute(0, 2, 3, 1).matmul(a.flatten(1)).permute(0, 3, 1, 2).contiguous();
    }
}
