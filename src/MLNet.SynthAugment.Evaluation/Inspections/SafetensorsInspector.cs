using MLNet.SynthAugment.Diffusion.Lora;
using MLNet.SynthAugment.Diffusion.Weights;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Evaluation.Inspections;

/// <summary>A safetensors file: a LoRA adapter, or tensors of another kind.</summary>
internal static class SafetensorsInspector
{
    private const int NamesShown = 8;
    private const int LongestText = 200;

    public static Inspection? Inspect(string path)
    {
        if (!File.Exists(path) || Path.GetExtension(path) != ".safetensors")
            return null;
        var weights = WeightSummary.Of([path]);
        try
        {
            using var file = SafetensorsFile.Open(path);
            var facts = new List<(string, string)>
                { ("size", $"{Sizes.OfBytes(new FileInfo(path).Length)}, SHA-256 {FileHash.Of(path)}"),
                ("weights", weights.ToString()) };
            var found = Describe(path, file);
            facts.AddRange(found.Facts);
            facts.AddRange(file.Metadata.Select(
                pair => ($"metadata {pair.Key}", pair.Value.Length > LongestText
                ? pair.Value[..LongestText] + "…" : pair.Value)));
            return found with { Facts = facts, Problems = [.. weights.Problems, .. found.Problems] };
        }
        catch (SafetensorsException)
        {
            return new Inspection("safetensors file") { Problems = weights.Problems };
        }
    }

    private static Inspection Describe(string path, SafetensorsFile file)
    {
        if (FormatOf(path) is not { } format)
        {
            var names = file.Tensors.Take(NamesShown)
                .Select(pair => $"{pair.Key} [{string.Join(", ", pair.Value.Shape)}]");
            var more = file.Tensors.Count > NamesShown ? ", …" : "";
            var tensors = $"{Sizes.OfCount(file.Tensors.Count)}: {string.Join(", ", names)}{more}";
            return new Inspection("safetensors file") { Facts = [("tensors", tensors)] };
        }
        if (format == LoraFormat.Kohya)
        {
            var count = Sizes.OfCount(file.Tensors.Count);
            return new Inspection("LoRA adapter with kohya's names") { Facts = [("tensors", count)] };
        }
        var kind = $"LoRA adapter with {format} names";
        var warnings = new List<(string, string)>();
        try
        {
            using var adapter = LoraAdapter.Load(path, sentence => warnings.Add(("warning", sentence)));
            return new Inspection(kind) { Facts = [.. Facts(adapter), .. warnings] };
        }
        catch (InvalidDataException error)
        {
            return new Inspection(kind) { Facts = warnings, Problems = [error.Message] };
        }
    }

    private static LoraFormat? FormatOf(string path)
    {
        try
        {
            return LoraAdapter.FormatOf(path);
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    private static IEnumerable<(string, string)> Facts(LoraAdapter adapter)
    {
        var byModel = adapter.Layers.Keys.GroupBy(layer => layer[..layer.IndexOf('.', StringComparison.Ordinal)])
            .Select(group => $"{group.Count()} of {group.Key}");
        yield return ("layers", $"{adapter.Layers.Count}: {string.Join(", ", byModel)}");
        yield return ("rank", Range(adapter.Layers.Values.Select(matrices => (double)matrices.A.shape[0])));
        yield return ("alpha", Range(adapter.Layers.Values.Select(matrices => (double)matrices.Alpha)));
    }

    private static string Range(IEnumerable<double> values)
    {
        var all = values.ToList();
        return all.Min() == all.Max()
            ? all[0].ToString(CultureInfo.InvariantCulture)
            : string.Create(CultureInfo.InvariantCulture, $"{all.Min()} to {all.Max()}");
    }
}

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
