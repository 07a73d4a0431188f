using MLNet.SynthAugment.Diffusion.Weights;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Evaluation.Inspections;

/// <summary>The tensors of safetensors files, all of them read.</summary>
/// <param name="Values">Values in all tensors.</param>
/// <param name="Types">The types of the tensors, the most used first.</param>
/// <param name="Problems">Tensors with values that are no numbers, and files that are damaged.</param>
internal sealed record WeightSummary(long Values, IReadOnlyList<ScalarType> Types, IReadOnlyList<string> Problems)
{
    /// <summary>For example "1,234,567 values, Float16".</summary>
    public override string ToString() => $"{Sizes.OfCount(Values)} values, {string.Join(" and ", Types)}";

    /// <summary>Reads files.</summary>
    public static WeightSummary Of(IEnumerable<string> paths)
    {
        var values = 0L;
        var types = new Dictionary<ScalarType, long>();
        var problems = new List<string>();
        foreach (var path in paths)
        {
            try
            {
                using var file = SafetensorsFile.Open(path);
                foreach (var (name, info) in file.Tensors)
                {
                    var count = info.Shape.Aggregate(1L, (product, size) => product * size);
                    values += count;
                    types[info.Dtype] = types.GetValueOrDefault(info.Dtype) + count;
                    if (!IsFinite(file, name))
                        problems.Add($"'{path}': tensor '{name}' has values that are infinite or no numbers.");
                }
            }
            catch (Exception error) when (error is SafetensorsException or IOException)
            {
                problems.Add(error.Message);
            }
        }
        return new WeightSummary(
            values, [.. types.OrderByDescending(type => type.Value).Select(type => type.Key)], problems);
    }

    private static bool IsFinite(SafetensorsFile file, string name)
    {
        using var scope = NewDisposeScope();
        var tensor = file.Read(name);
        return !tensor.is_floating_point() || tensor.isfinite().all().item<bool>();
    }
}
