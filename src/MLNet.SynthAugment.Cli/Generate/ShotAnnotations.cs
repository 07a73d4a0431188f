using MLNet.SynthAugment.Diffusion.ImageSets;

namespace MLNet.SynthAugment.Cli.Generate;

/// <summary>The captions and masks of a run's shots.</summary>
internal sealed class ShotAnnotations : IDisposable
{
    private const int NamesShown = 5;

    private readonly ByImagePath<string>? _captions;
    private readonly ImageSetReader? _maskSet;
    private readonly ByImagePath<ImageEntry>? _masks;

    /// <summary>Opens what the settings name.</summary>
    public ShotAnnotations(GenerateSettings settings, Action<string> warn)
    {
        _captions = settings.Captions is null ? null : CaptionFiles.Read(settings.Captions);
        if (settings.Masks is null)
            return;
        // Not every image needs a mask, nor every class.
        _maskSet = ImageSetReader.Survey(
            ImageSetLocation.Parse(settings.Masks) with { ZipEncoding = settings.ZipEncoding });
        foreach (var sentence in LeftOutFile.Describe(_maskSet.LeftOut))
            warn($"Of the masks: {sentence}");
        var masks = new Dictionary<string, ImageEntry>(StringComparer.Ordinal);
        foreach (var mask in _maskSet.Entries)
        {
            masks.TryAdd(ImagePath.WithoutExtension(mask.Name), mask);
            masks.TryAdd(ImagePath.WithoutExtension(mask.PathInClasses), mask);
        }
        _masks = new ByImagePath<ImageEntry>(masks);
    }

    /// <summary>What an image shows; empty if there is no caption.</summary>
    public string CaptionOf(ImageEntry shot) => _captions?.Find(shot) ?? "";

    /// <summary>The file of an image's mask; empty if there is none that can be read.</summary>
    public byte[] MaskOf(ImageEntry shot) =>
        _masks?.Find(shot) is { } mask && BoundedImageDecoder.TryRead(mask, out var content, out _) ? content : [];

    /// <summary>Names the shots that have no caption or no mask.</summary>
    /// <exception cref="InvalidDataException">None of them has, so that the paths must be others than was
    /// meant.</exception>
    public void Check(GenerateSettings settings, IReadOnlyList<ImageEntry> shots, Action<string> warn)
    {
        if (_captions is not null)
            Check("caption", settings.Captions!, shots, shot => _captions.Find(shot) is not null, warn);
        if (_masks is not null)
            Check("mask", settings.Masks!, shots, shot => _masks.Find(shot) is not null, warn);
    }

    public void Dispose() => _maskSet?.Dispose();

    private static void Check(
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
