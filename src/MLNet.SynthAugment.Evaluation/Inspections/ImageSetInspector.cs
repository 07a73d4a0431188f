namespace MLNet.SynthAugment.Evaluation.Inspections;

/// <summary>A folder or zip of images by class, with or without splits.</summary>
internal sealed class ImageSetInspector
{
    private const int ClassesShown = 10;
    private const int SentencesShown = 100;

    private readonly List<(string, string)> _facts = [];
    private readonly List<string> _notes = [];
    private readonly List<LeftOutFile> _leftOut = [];
    private readonly List<string> _lost = [];
    private readonly List<string> _warnings = [];

    private ImageSetInspector(string path, string? zipEncoding)
    {
        var location = new ImageSetLocation(path) { ZipEncoding = zipEncoding };
        var layout = ImageSetReader.LayoutOf(location);
        if (layout.ClassFolder is not null)
            Describe(location, "");
        foreach (var split in layout.Splits)
            Describe(location with { Split = split.Path }, split.Path + ": ");
    }

    public static Inspection? Inspect(string path, string? zipEncoding)
    {
        if (!Directory.Exists(path) && !Path.GetExtension(path).Equals(".zip", StringComparison.OrdinalIgnoreCase))
            return null;
        try
        {
            var found = new ImageSetInspector(path, zipEncoding);
            if (found._facts.Count == 0)
                return null;
            return new Inspection("Image set")
            {
                Facts = found._facts,
                Warnings = Shorten([.. found._notes.Distinct(), .. found._warnings]),
                Problems = Shorten([.. found._lost, .. LeftOutFile.Describe(found._leftOut.Distinct())]),
            };
        }
        // Folders that can be read in two ways, and zips that are none.
        catch (InvalidDataException error)
        {
            return new Inspection("Image set") { Problems = [error.Message] };
        }
    }

    private void Describe(ImageSetLocation location, string prefix)
    {
        using var set = ImageSetReader.Survey(location);
        if (!set.HoldsImages)
            return;
        _notes.AddRange(set.Notes);
        _leftOut.AddRange(set.LeftOut);
        var sizes = new Dictionary<string, int>();
        var looks = new List<LabelledPixels>();
        var readable = new HashSet<string>();
        foreach (var entry in set.Entries)
        {
            if (!BoundedImageDecoder.Default.TryDecode(entry, out var image, out var reason))
            {
                _leftOut.Add(new LeftOutFile(entry.ClassName, entry.Name, $"it cannot be read: {reason}"));
                continue;
            }
            using (image)
            {
                readable.Add(entry.ClassName);
                looks.Add(LabelledPixels.Of(entry.ClassName, entry.Name, image));
                sizes[$"{image.Width} × {image.Height}"] = sizes.GetValueOrDefault($"{image.Width} × {image.Height}")
                    + 1;
            }
        }
        _warnings.AddRange(TeachingFaults.OfImages(looks));
        _warnings.AddRange(TeachingFaults.OfNames(
            looks.Select(look => look.Class).Distinct().Select(name => (name, name))));
        var classes = set.Entries.CountBy(entry => entry.ClassName).ToList();
        var lost = set.Vanished.Select(found => (found.ClassName, Reason: $" ({found.Reason})"))
            .Concat(classes.Where(found => !readable.Contains(found.Key)).Select(found => (found.Key, Reason: "")));
        _lost.AddRange(lost.Select(found =>
            $"{prefix}class '{found.Item1}' has no image that can be read{found.Reason}; "
            + "other commands refuse the set."));
        _lost.AddRange(set.Merged.Select(found => prefix + found.Sentence));
        _facts.Add(($"{prefix}read", set.Description));
        if (classes.Count == 0)
            return;
        _facts.Add(($"{prefix}images",
            $"{Sizes.OfCount(set.Entries.Count)}, {Sizes.OfBytes(set.Entries.Sum(entry => entry.Length))}"));
        _facts.Add(($"{prefix}classes",
            $"{classes.Count} of {classes.Min(ofClass => ofClass.Value)} to {classes.Max(ofClass => ofClass.Value)} "
            + "images: "
            + string.Join(", ", classes.Take(ClassesShown).Select(found => found.Key))
                + (classes.Count > ClassesShown ? ", …" : "")));
        _facts.Add(($"{prefix}pixels", sizes.Count switch
        {
            0 => "none",
            1 => sizes.Keys.First(),
            _ => $"{sizes.MaxBy(size => size.Value).Key} and {sizes.Count - 1} other sizes",
        }));
    }

    private static List<string> Shorten(List<string> sentences) => sentences.Count <= SentencesShown
        ? sentences
        : [.. sentences.Take(SentencesShown), $"And {sentences.Count - SentencesShown} more."];
}
