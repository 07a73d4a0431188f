using System.Text.Json;
using System.Text.Json.Nodes;
using MLNet.SynthAugment.Diffusion.ImageSets;

namespace MLNet.SynthAugment.Cli.Inspect;

/// <summary>A folder that a transformer was saved to: its settings, its store, and copies of the shots.</summary>
internal static class SavedTransformerInspector
{
    private const string FileName = "transformer.json";

    public static Inspection? Inspect(string path)
    {
        var file = Path.Combine(path, FileName);
        if (!File.Exists(file))
            return null;
        var facts = new List<(string, string)>();
        var problems = new List<string>();
        try
        {
            var json = JsonNode.Parse(File.ReadAllBytes(file))!;
            facts.Add(("label column", json["LabelName"]!.ToString()));
            facts.Add(("image column", json["ImageName"]!.ToString()));
            problems.AddRange(DamagedShots(path, json["Specification"]!["Classes"]!.AsArray().SelectMany(found => found!["Shots"]!.AsArray().Select(hash => hash!.ToString()))));
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or NullReferenceException)
        {
            problems.Add($"'{file}' is damaged: {error.Message}");
        }
        if (StoreInspector.Inspect(Path.Combine(path, "store")) is { } store)
        {
            facts.AddRange(store.Facts);
            problems.AddRange(store.Problems);
        }
        else
        {
            problems.Add($"'{path}' has no store.");
        }
        return new Inspection("Saved transformer") { Facts = facts, Problems = problems };
    }

    private static IEnumerable<string> DamagedShots(string path, IEnumerable<string> hashes)
    {
        foreach (var shot in hashes.Distinct().Select(hash => Path.Combine(path, "shots", hash[..2], hash + ".png")))
        {
            if (!File.Exists(shot))
                yield return $"The shot '{shot}' is missing.";
            else if (!BoundedImageDecoder.Default.TryDecode(File.ReadAllBytes(shot), out var image, out var reason))
                yield return $"The shot '{shot}' is damaged: {reason}.";
            else
                image.Dispose();
        }
    }
}
