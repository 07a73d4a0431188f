namespace MLNet.SynthAugment.Cli.Shots;

/// <summary>The captions and masks of a run's shots.</summary>
internal sealed class ShotAnnotations : IDisposable
{
    private const int NamesShown = 5;

    private readonly string? _captionPath;
    private readonly string? _maskPath;
    private readonly ByImagePath<string>? _captions;
    private readonly ImageSetReader? _maskSet;
    private readonly ByImagePath<ImageEntry>? _masks;

    /// <summary>Opens captions and masks.</summary>
    /// <param name="captions">A csv or folder; null for none.</param>
    /// <param name="masks">A folder or zip; null for none.</param>
    /// <param name="zipEncoding">The encoding of names in a zip; null to find it out.</param>
    /// <param name="warn">Receives what is left out.</param>
    public ShotAnnotations(string? captions, string? masks, string? zipEncoding, Action<string> warn)
    {
        (_captionPath, _maskPath) = (captions, masks);
        _captions = captions is null ? null : CaptionFiles.Read(captions);
        if (masks is null)
            return;
        // Not every image needs a mask, nor every class.
        _maskSet = ImageSetReader.Survey(ImageSetLocation.Parse(masks) with { ZipEncoding = zipEncoding });
        foreach (var sentence in LeftOutFile.Describe(_maskSet.LeftOut))
            warn($"Of the masks: {sentence}");
        var byPath = new Dictionary<string, ImageEntry>(StringComparer.Ordinal);
        foreach (var mask in _maskSet.Entries)
        {
            byPath.TryAdd(ImagePath.WithoutExtension(mask.Name), mask);
            byPath.TryAdd(ImagePath.WithoutExtension(mask.PathInClasses), mask);
        }
        _masks = new ByImagePath<ImageEntry>(byPath);
    }

    /// <summary>What an image shows; empty if there is no caption.</summary>
    public string CaptionOf(ImageEntry shot) => _captions?.Find(shot) ?? "";

    /// <summary>The file of an image's mask; empty if there is none that can be read.</summary>
    public byte[] MaskOf(ImageEntry shot) =>
        _masks?.Find(shot) is { } mask && BoundedImageDecoder.TryRead(mask, out var content, out _) ? content : [];

    /// <summary>Names the shots that have no caption or no mask.</summary>
    /// <exception cref="InvalidDataException">None of them has one: other paths must have been meant.</exception>
    public void Validate(IReadOnlyList<ImageEntry> shots, Action<string> warn)
    {
        if (_captions is not null)
            Validate("caption", _captionPath!, shots, shot => _captions.Find(shot) is not null, warn);
        if (_masks is not null)
            Validate("mask", _maskPath!, shots, shot => _masks.Find(shot) is not null, warn);
    }

    public void Dispose() => _maskSet?.Dispose();

    private static void Validate(
        string kind, string path, IReadOnlyList<ImageEntry> shots, Predicate<ImageEntry> hasOne, Action<string> warn)
    {
        var without = shots.Where(shot => !hasOne(shot)).ToList();
        var names = string.Join(", ", without.Take(NamesShown).Select(shot => $"'{shot.Name}'"))
            + (without.Count > NamesShown ? ", …" : "");
        if (without.Count == shots.Count)
            throw new InvalidDataException(
                $"'{path}' has no {kind} for any of the {shots.Count} images, whose paths are {names}. {kind}s are "
                    + "found by these paths.");
        if (without.Count > 0)
            warn($"{without.Count} of {shots.Count} images have no {kind} in '{path}': {names}.");
    }
}

/// <summary>What belongs to the images of a set, found by their paths.</summary>
/// <param name="values">By path in the set, with or without split and wrapping folders before, with or without the
/// image's extension.</param>
internal sealed class ByImagePath<T>(IReadOnlyDictionary<string, T> values)
    where T : class
{
    /// <summary>What belongs to an image, or null.</summary>
    public T? Find(ImageEntry image)
    {
        for (var path = image.Name; ; path = path[(path.IndexOf('/') + 1)..])
        {
            if (FindAt(path) is { } found)
                return found;
            if (path.Length <= image.PathInClasses.Length)
                return null;
        }
    }

    private T? FindAt(string path) =>
        values.GetValueOrDefault(path) ?? values.GetValueOrDefault(ImagePath.WithoutExtension(path));
}

/// <summary>
/// Captions of images: a csv with the columns <c>path,caption</c>, or a folder with a text file for each image.
/// </summary>
internal static class CaptionFiles
{
    /// <summary>Reads all of them.</summary>
    /// <param name="path">The csv or the folder.</param>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="InvalidDataException">A file is no such table, or no text.</exception>
    public static ByImagePath<string> Read(string path) => new(Directory.Exists(path)
        ? FolderFiles.In(path).Files.Where(file =>
            Path.GetExtension(file.Path).Equals(".txt", StringComparison.OrdinalIgnoreCase))
            .OrderBy(file => file.Path, StringComparer.Ordinal)
                .DistinctBy(file => ImagePath.WithoutExtension(file.Path))
            .ToDictionary(file => ImagePath.WithoutExtension(file.Path),
                file => ReadText(Path.Combine(path, file.Path)))
        : CsvFile.Read(path, "path", "caption"));

    // A caption becomes a prompt, which has no lines.
    private static string ReadText(string file) => TextFile.Read(file).ReplaceLineEndings(" ").Trim();
}

/// <summary>Paths of images in a set, with slashes.</summary>
internal static class ImagePath
{
    /// <summary>For example <c>cat/1</c> of <c>cat/1.png</c>.</summary>
    public static string WithoutExtension(string path) => path[..^Path.GetExtension(path).Length];
}
