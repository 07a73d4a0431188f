using MLNet.SynthAugment.Diffusion.Clip;
using MLNet.SynthAugment.Diffusion.Weights;

namespace MLNet.SynthAugment.Evaluation.Inspections;

/// <summary>A folder with a whole CLIP model in Hugging Face's layout.</summary>
internal static class ClipInspector
{
    public static Inspection? Inspect(string path)
    {
        if (!IsClip(Path.Combine(path, "config.json")))
            return null;
        var weights = WeightSummary.Of(Directory.GetFiles(path, "*.safetensors").Order(StringComparer.Ordinal));
        var facts = new List<(string, string)> { ("weights", weights.ToString()) };
        var problems = weights.Problems.ToList();
        try
        {
            using var encoder = ClipEncoder.FromFolder(path);
            var vision = encoder.Model.Config.VisionConfig;
            facts.Add(("images", $"{vision.ImageSize} × {vision.ImageSize} pixels, patches of {vision.PatchSize}"));
            facts.Add(("projection", $"{encoder.Model.Config.ProjectionDim} numbers"));
            facts.Add(("SHA-256", encoder.ContentHash));
        }
        catch (Exception error)
            when (error is ModelFolderException or SafetensorsException or IOException or ArgumentException)
        {
            problems.Add(error.Message);
        }
        return new Inspection("CLIP model") { Facts = facts, Problems = problems };
    }

    private static bool IsClip(string config)
    {
        try
        {
            return File.Exists(config) && JsonNode.Parse(File.ReadAllBytes(config)) is JsonObject json
                && json["model_type"]?.ToString() == "clip";
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
