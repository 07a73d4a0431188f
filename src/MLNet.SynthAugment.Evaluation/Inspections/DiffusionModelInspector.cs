using MLNet.SynthAugment.Diffusion.Weights;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Evaluation.Inspections;

/// <summary>A model folder in Hugging Face's layout.</summary>
internal static class DiffusionModelInspector
{
    private const string IndexFile = "model_index.json";

    public static Inspection? Inspect(string path)
    {
        if (!File.Exists(Path.Combine(path, IndexFile)))
            return null;
        var facts = new List<(string, string)>();
        var problems = new List<string>();
        var parts = Directory.GetDirectories(path).Order(StringComparer.Ordinal)
            .Select(part => (Name: Path.GetFileName(part), Weights: WeightsOf(part))).ToList();
        foreach (var (name, weights) in parts)
        {
            facts.Add((name, weights.Values == 0 ? "no weights" : weights.ToString()));
            problems.AddRange(weights.Problems);
        }
        if (problems.Count == 0)
            Load(path, parts.SelectMany(part => part.Weights.Types).ToHashSet(), facts, problems);
        return new Inspection("Diffusion model") { Facts = facts, Problems = problems };
    }

    private static WeightSummary WeightsOf(string part) =>
        WeightSummary.Of(Directory.GetFiles(part, "*.safetensors").Order(StringComparer.Ordinal));

    /// <summary>Loading checks the configurations, and names and shapes of all weights.</summary>
    private static void Load(
        string path, HashSet<ScalarType> types, List<(string, string)> facts, List<string> problems)
    {
        try
        {
            // Weights in half precision are checked in half the memory; the CPU has only this type for it.
            var precision = types.Contains(ScalarType.Float32) ? Precision.Float32 : Precision.BFloat16;
            using var model = LatentDiffusionModel.Load(path, new LoadOptions { Precision = precision });
            facts.Add(("image size", $"{model.ImageSize} × {model.ImageSize} pixels"));
            facts.Add(("SHA-256", ModelFolder.Open(path).Hash()));
        }
        catch (Exception error)
            when (error is ModelFolderException or SafetensorsException or IOException or ArgumentException)
        {
            problems.Add(error.Message);
        }
    }
}
