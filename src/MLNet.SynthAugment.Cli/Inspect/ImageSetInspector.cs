using MLNet.SynthAugment.Diffusion.ImageSets;

namespace MLNet.SynthAugment.Cli.Inspect;

/// <summary>A folder or zip of images by class, with or without splits.</summary>
internal static class ImageSetInspector
{
    private const int ClassesShown = 10;
    private const int ProblemsShown = 100;

    public static Inspection? Inspect(string path)
    {
        if (!Directory.Exists(path) && !Path.GetExtension(path).Equals(".zip", StringComparison.OrdinalIgnoreCase))
            return null;
        var folders = ImageSetReader.TopFolders(path);
        if (folders.Count == 0)
            return null;
        var facts = new List<(string, string)>();
        var problems = new List<string>();
        try
        {
            facts.AddRange(Describe(new ImageSetLocation(path), "", problems));
        }
        // The reader wants to know which split.
        catch (InvalidDataException) when (folders.Count > 0)
        {
            foreach (var split in folders)
                facts.AddRange(Describe(new ImageSetLocation(path, split), split + ": ", problems));
        }
        return new Inspection("Image set") { Facts = facts, Problems = Shorten(problems) };
    }

    private static IEnumerable<(string, string)> Describe(ImageSetLocation location, string prefix, List<string> problems)
    {
        using var set = ImageSetReader.Open(location, problems.Add);
        var sizes = new Dictionary<string, int>();
        foreach (var entry in set.Entries)
        {
            if (!BoundedImageDecoder.Default.TryDecode(entry, out var image, out var reason))
            {
                problems.Add($"'{entry.Name}' cannot be read: {reason}.");
                continue;
            }
            using (image)
                sizes[$"{image.Width} × {image.Height}"] = sizes.GetValueOrDefault($"{image.Width} × {image.Height}") + 1;
        }
        var classes = set.Entries.CountBy(entry => entry.ClassName).ToList();
        return
        [
            ($"{prefix}images", $"{Sizes.OfCount(set.Entries.Count)}, {Sizes.OfBytes(set.Entries.Sum(entry => entry.Length))}"),
            ($"{prefix}classes", $"{classes.Count} of {classes.Min(found => found.Value)} to {classes.Max(found => found.Value)} images: "
                + string.Join(", ", classes.Take(ClassesShown).Select(found => found.Key)) + (classes.Count > ClassesShown ? ", …" : "")),
            ($"{prefix}pixels", sizes.Count == 0 ? "none" : $"{sizes.MaxBy(size => size.Value).Key}{(sizes.Count > 1 ? $" and {sizes.Count - 1} other sizes" : "")}"),
        ];
    }

    private static List<string> Shorten(List<string> problems) => problems.Count <= ProblemsShown
        ? problems
        : [.. problems.Take(ProblemsShown), $"And {problems.Count - ProblemsShown} more."];
}
