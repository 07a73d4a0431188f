using MLNet.SynthAugment.Diffusion.Weights;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Lora;

/// <summary>PEFT's adapter files: <c>PATH.lora_A.weight</c> and <c>PATH.lora_B.weight</c> for each adapted layer.</summary>
internal static class PeftFile
{
    private const string Down = ".lora_A.weight";
    private const string Up = ".lora_B.weight";

    public static LoraAdapter Load(string file)
    {
        using var scope = NewDisposeScope();
        using var tensors = SafetensorsFile.Open(file);
        var paths = tensors.Tensors.Keys.Select(name => LayerPath(file, name)).Distinct().Order(StringComparer.Ordinal).ToList();
        if (paths.Count == 0) throw new InvalidDataException($"{file}: there is no LoRA adapter in this file.");
        try
        {
            return new LoraAdapter(paths.Select(path => KeyValuePair.Create(path, Read(tensors, file, path))), tensors.Metadata);
        }
        catch (ArgumentException e)
        {
            throw new InvalidDataException($"{file}: {e.Message}", e);
        }
    }

    public static void Save(LoraAdapter adapter, string file)
    {
        using var scope = NewDisposeScope();
        SafetensorsWriter.Write(file, adapter.Layers.SelectMany(layer => Tensors(layer.Key, layer.Value)), WithFormat(adapter.Metadata));
    }

    /// <summary>The format has no place for alpha and readers take alpha = rank, so another scale goes into B.</summary>
    private static IEnumerable<KeyValuePair<string, Tensor>> Tensors(string path, LoraMatrices matrices) =>
    [
        KeyValuePair.Create(path + Down, matrices.A),
        KeyValuePair.Create(path + Up, matrices.Scale == 1 ? matrices.B : matrices.B * matrices.Scale),
    ];

    private static LoraMatrices Read(SafetensorsFile tensors, string file, string path)
    {
        foreach (var name in new[] { path + Down, path + Up })
            if (!tensors.Tensors.ContainsKey(name)) throw new InvalidDataException($"{file}: the tensor {name} is missing.");
        var a = tensors.Read(path + Down, CPU, ScalarType.Float32);
        return new LoraMatrices(a, tensors.Read(path + Up, CPU, ScalarType.Float32), a.shape is [var rank, ..] ? rank : 0);
    }

    private static string LayerPath(string file, string name) =>
        name.EndsWith(Down, StringComparison.Ordinal) ? name[..^Down.Length]
        : name.EndsWith(Up, StringComparison.Ordinal) ? name[..^Up.Length]
        : throw new InvalidDataException($"{file}: the tensor {name} is not named as in a PEFT LoRA file (…{Down}, …{Up}).");

    // transformers and diffusers refuse safetensors files that do not say who laid them out.
    private static Dictionary<string, string> WithFormat(IReadOnlyDictionary<string, string> metadata) =>
        new(metadata) { ["format"] = "pt" };
}
