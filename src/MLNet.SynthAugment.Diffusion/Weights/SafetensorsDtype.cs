using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Weights;

/// <summary>The safetensors names of torch's element types.</summary>
internal static class SafetensorsDtype
{
    private static readonly (string Name, ScalarType Type, int Bytes)[] Known =
    [
        ("F64", ScalarType.Float64, 8),
        ("F32", ScalarType.Float32, 4),
        ("F16", ScalarType.Float16, 2),
        ("BF16", ScalarType.BFloat16, 2),
        ("I64", ScalarType.Int64, 8),
        ("I32", ScalarType.Int32, 4),
        ("I16", ScalarType.Int16, 2),
        ("I8", ScalarType.Int8, 1),
        ("U8", ScalarType.Byte, 1),
        ("BOOL", ScalarType.Bool, 1),
    ];

    internal static string Names => string.Join(", ", Known.Select(entry => entry.Name));

    internal static bool TryParse(string name, out ScalarType type)
    {
        foreach (var entry in Known)
        {
            if (entry.Name != name)
                continue;
            type = entry.Type;
            return true;
        }
        type = default;
        return false;
    }

    internal static string NameOf(ScalarType type) =>
        Known.FirstOrDefault(entry => entry.Type == type).Name
        ?? throw new ArgumentException(
        $"Tensors of type {type} cannot be written to a safetensors file; these can: {Names}.");

    internal static int SizeOf(ScalarType type) => Known.First(entry => entry.Type == type).Bytes;
}
