using MLNet.SynthAugment.Diffusion.Clip;
using MLNet.SynthAugment.Diffusion.Files;
using MLNet.SynthAugment.Diffusion.Layers;
using MLNet.SynthAugment.Diffusion.Weights;

namespace MLNet.SynthAugment.Trainers.ClipModels;

/// <summary>
/// Low-rank changes (Hu et al. 2021) of the query and value projections in CLIP's towers, attached to a model. Its
/// folder has the layout that PEFT gives adapters of transformers' CLIPModel.
/// </summary>
internal sealed class ClipAdapter : IDisposable
{
    private const string WeightsName = "adapter_model.safetensors";
    private const string ConfigName = "adapter_config.json";
    private const string Root = "base_model.model.";
    private const string TextTower = "text_model.";
    private const string WeightEnding = ".weight";

    private static readonly string[] s_targets = ["q_proj", "v_proj"];

    private readonly SortedDictionary<string, AdaptedLayer> _layers = new(StringComparer.Ordinal);
    private readonly ClipLoraShape _shape;

    /// <summary>
    /// Attaches an adapter that changes nothing yet: A normal with standard deviation 1 / rank (PEFT's "gaussian"), B
    /// zero.
    /// </summary>
    /// <param name="model">CLIP.</param>
    /// <param name="shape">Rank, scale and towers.</param>
    /// <param name="generator">A CPU generator, the only source of the values.</param>
    public ClipAdapter(ClipModel model, ClipLoraShape shape, Generator generator)
    {
        _shape = shape;
        using var scope = NewDisposeScope();
        foreach (var (path, layer) in TargetsOf(model, shape.AdaptTextEncoder))
        {
            var weight = layer.Weight;
            var (device, sizes) = (weight.device, weight.shape);
            var a = Trainable(randn([shape.Rank, sizes[1]], ScalarType.Float32, generator: generator) / Kept(
                shape.Rank), device);
            var b = Trainable(zeros([sizes[0], shape.Rank], ScalarType.Float32), device);
            var weights = new LoraLayerWeights(a, b, shape.Alpha / shape.Rank);
            layer.Attach(weights);
            _layers.Add(path, new AdaptedLayer(layer, weights, a, b));
        }
    }

    public ClipLoraShape Shape => _shape;

    /// <summary>A and B of each layer.</summary>
    public IReadOnlyList<Parameter> Parameters => [.. _layers.Values.SelectMany(layer => new[] { layer.A, layer.B })];

    /// <summary>Writes the adapter as PEFT does.</summary>
    public void Save(string folder)
    {
        SafetensorsWriter.Write(
            Path.Combine(folder, WeightsName),
            Names().Select(entry => KeyValuePair.Create(entry.Name, (Tensor)entry.Matrix)));
        var towers = _shape.AdaptTextEncoder ? "" : "vision_model.*";
        var config = new JsonObject
        {
            ["peft_type"] = "LORA",
            ["r"] = _shape.Rank,
            ["lora_alpha"] = _shape.Alpha,
            ["lora_dropout"] = 0,
            ["bias"] = "none",
            ["fan_in_fan_out"] = false,
            ["inference_mode"] = true,
            ["target_modules"] = $@".*{towers}\.({string.Join('|', s_targets)})",
        };
        AtomicFile.Write(Path.Combine(folder, ConfigName), System.Text.Encoding.UTF8.GetBytes(config.ToJsonString()));
    }

    /// <exception cref="SafetensorsException">The file is damaged, or lacks a tensor of the right shape.</exception>
    public void Load(string folder)
    {
        using var file = SafetensorsFile.Open(Path.Combine(folder, WeightsName));
        foreach (var (name, matrix) in Names())
            file.CopyTo(name, matrix);
    }

    public void Dispose()
    {
        foreach (var (layer, weights, a, b) in _layers.Values)
        {
            layer.Detach(weights);
            a.Dispose();
            b.Dispose();
        }
        _layers.Clear();
    }

    private sealed record AdaptedLayer(ILoraCompatible Layer, LoraLayerWeights Weights, Parameter A, Parameter B);

    private IEnumerable<(string Name, Parameter Matrix)> Names() =>
        _layers.SelectMany(layer =>
            new[] { ($"{Root}{layer.Key}.lora_A.weight", layer.Value.A),
                ($"{Root}{layer.Key}.lora_B.weight", layer.Value.B) });

    private static SortedDictionary<string, ILoraCompatible> TargetsOf(ClipModel model, bool withText)
    {
        var found = new SortedDictionary<string, ILoraCompatible>(StringComparer.Ordinal);
        var layers = new Dictionary<Tensor, ILoraCompatible>(ReferenceEqualityComparer.Instance);
        foreach (var layer in model.modules().OfType<ILoraCompatible>())
            layers[layer.Weight] = layer;
        foreach (var (name, parameter) in model.named_parameters())
        {
            if (name.EndsWith(WeightEnding, StringComparison.Ordinal) && name[..^WeightEnding.Length] is var path
                && s_targets.Any(ending => path.EndsWith("." + ending, StringComparison.Ordinal))
                && (withText || !path.StartsWith(TextTower, StringComparison.Ordinal))
                    && layers.TryGetValue(parameter, out var target))
                found[path] = target;
        }
        return found;
    }

    private static Parameter Trainable(Tensor value, Device device)
    {
        var parameter = new Parameter(value.to(device, copy: true));
        parameter.DetachFromDisposeScope();
        return parameter;
    }
}

/// <summary>The shape of a low-rank change of CLIP.</summary>
/// <param name="Rank">Rows of A.</param>
/// <param name="Alpha">The change is scaled by this over the rank.</param>
/// <param name="AdaptTextEncoder">Whether the text tower is changed too.</param>
internal sealed record ClipLoraShape(int Rank, float Alpha, bool AdaptTextEncoder);
