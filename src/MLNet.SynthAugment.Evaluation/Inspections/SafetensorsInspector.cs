using System.Globalization;
using MLNet.SynthAugment.Diffusion.Files;
using MLNet.SynthAugment.Diffusion.Lora;
using MLNet.SynthAugment.Diffusion.Weights;

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
