using MLNet.SynthAugment.Files;
using MLNet.SynthAugment.Methods;

namespace MLNet.SynthAugment.Store;

/// <summary>
/// A folder with the synthetic images of one specification: <c>manifest.db</c>, <c>images/CLASS/INDEX.png</c> and
/// <c>state/</c> for what the method learnt. An image file is put in place before its manifest row is committed, so
/// that whatever the manifest lists is whole, and a killed run loses at most the batch it was making. Several processes
/// may work on one store: a batch belongs to the one that has claimed it.
/// </summary>
internal sealed class SynthesisStore : IDisposable
{
    public const string SpecificationSetting = "specification";
    private const string MadeBySetting = "made_by";

    private readonly Manifest _manifest;
    private readonly StoreSpecification _specification;
    private readonly Dictionary<(string Label, long Index), StoredImage> _images = [];

    private readonly IOException? _readOnly;

    private SynthesisStore(string folder, Manifest manifest, StoreSpecification specification, IOException? readOnly)
    {
        Folder = folder;
        _manifest = manifest;
        _readOnly = readOnly;
        _specification = specification;
    }

    public string Folder { get; }

    /// <summary>Whether nothing can be added, as on a disk that is mounted so.</summary>
    public bool IsReadOnly => _readOnly is not null;

    /// <summary>Where the method keeps what it learnt.</summary>
    public string StateFolder => StoreLayout.StateOf(Folder);

    /// <summary>What selections measured and decided.</summary>
    public SelectionRecords Selections => _manifest.Selections;

    /// <summary>Opens the store in a folder, or begins it.</summary>
    /// <exception cref="InvalidDataException">What is there is another program's, another version's or another
    /// specification's.</exception>
    /// <exception cref="IOException">The folder is not there and cannot be made, or is too full to be
    /// opened.</exception>
    public static SynthesisStore Open(string folder, StoreSpecification specification, Action<string> warn)
    {
        var isNew = !StoreContents.IsStore(folder);
        var (manifest, readOnly) = OpenManifest(folder);
        var store = new SynthesisStore(folder, manifest, specification, readOnly);
        try
        {
            store.CheckSpecification();
            store.ReadImages(warn);
            if (isNew)
                WarnOfEarlierStores(folder, specification, warn);
            return store;
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Copies a store, whatever other processes do to it meanwhile: each image that its manifest lists, and what the
    /// method learnt.
    /// </summary>
    public static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        using var manifest = Manifest.Open(from, isReadOnly: true);
        // Before the images, so that each image it lists is there to be copied.
        manifest.CopyTo(StoreLayout.ManifestOf(to));
        foreach (var path in manifest.ReadImages().Select(image => Path.GetFullPath(image.Path))
            .Where(path => IsInside(path, from) && File.Exists(path)))
            CopyFile(path, Path.Combine(to, Path.GetRelativePath(from, path)));
        var state = StoreLayout.StateOf(from);
        foreach (var file in Directory.EnumerateFiles(state, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(state, file)).Where(file => !StoreLayout.IsTemporary(file)))
            CopyFile(Path.Combine(state, file), Path.Combine(StoreLayout.StateOf(to), file));
    }

    /// <summary>The image, or null if it is still to be made.</summary>
    public StoredImage? Find(string label, long index) => _images.GetValueOrDefault((label, index));

    /// <summary>Looks for images that other processes have made, among those from one index to another.</summary>
    public void Refresh(string label, long first, long last)
    {
        foreach (var image in _manifest.ReadImages(label, first, last))
        {
            if (Find(label, image.Index) is null && IsIntact(image, Folder))
                _images.Add((label, image.Index), image);
        }
    }

    /// <summary>
    /// Claims a batch of a class, or returns null if another has it. Whoever has made the batch deletes the claim; one
    /// that died leaves it free.
    /// </summary>
    /// <exception cref="IOException">The store cannot be written.</exception>
    public FileLock? TryClaim(string label, long batch)
    {
        if (IsReadOnly)
            throw StoreErrors.ReadOnly(Folder, _readOnly);
        return StoreErrors.Guard(Folder, () => FileLock.TryTake(StoreLayout.ClaimOf(Folder, label, batch)));
    }

    /// <summary>Puts images of a class into the store: all of them, or after an error none.</summary>
    public void Add(string label, IReadOnlyList<(long Index, SyntheticImage Image)> images)
    {
        foreach (var (_, image) in images)
            SoftLabelCheck.Require(image, label, _specification);
        var stored = StoreErrors.Guard(
            Folder, () => images.Select(item => WriteImage(label, item.Index, item.Image)).ToList());
        _manifest.Add(stored, _specification.Method, _specification.Model);
        foreach (var image in stored)
            _images[(label, image.Index)] = image;
    }

    public void Dispose() => _manifest.Dispose();

    // A store that is there and cannot be written can still be read; the error is for when something is to be added.
    private static (Manifest Manifest, IOException? ReadOnly) OpenManifest(string folder)
    {
        try
        {
            Prepare(folder);
            return (Manifest.Open(folder, isReadOnly: false), null);
        }
        catch (IOException error)
            when (new FileInfo(StoreLayout.ManifestOf(folder)) is { Exists: true, Length: > 0 })
        {
            return (Manifest.Open(folder, isReadOnly: true), error);
        }
    }

    private static void Prepare(string folder)
    {
        try
        {
            Directory.CreateDirectory(StoreLayout.StateOf(folder));
            Directory.CreateDirectory(StoreLayout.ClaimsOf(folder));
            AtomicFile.DeleteUnfinishedIn(folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw StoreErrors.Describe(folder, error);
        }
    }

    private StoredImage WriteImage(string label, long index, SyntheticImage image)
    {
        var path = StoreLayout.ImageOf(Folder, label, index);
        var bytes = Png.Encode(image.Image);
        // The batch is claimed: only a killed process can have begun this file before.
        AtomicFile.DeleteUnfinished(path);
        AtomicFile.Write(path, bytes);
        return StoredImage.Of(image, label, index, path, FileHash.Of(bytes));
    }

    private void CheckSpecification()
    {
        var wanted = _specification.ToJson();
        var found = _manifest.GetSetting(SpecificationSetting);
        if (found is null && !IsReadOnly)
            Begin(wanted);
        else if (found != wanted)
            throw new InvalidDataException(
                $"The synthesis store '{Folder}' was made for other data, another model or other settings. Choose "
                    + "another Options.StoreFolder, or delete that folder.");
    }

    private void Begin(string specification)
    {
        var library = typeof(SynthesisStore).Assembly.GetName();
        _manifest.SetSetting(MadeBySetting, $"{library.Name} {library.Version!.ToString(3)}");
        _manifest.SetSetting(SpecificationSetting, specification);
    }

    /// <summary>
    /// Says of stores beside a new one that hold the same method's images of the same data, made by an earlier version,
    /// that they are not used, and why.
    /// </summary>
    private static void WarnOfEarlierStores(string folder, StoreSpecification specification, Action<string> warn)
    {
        var root = Path.GetDirectoryName(Path.GetFullPath(folder))!;
        foreach (var other in Directory.GetDirectories(root).Where(StoreContents.IsStore).Order(StringComparer.Ordinal))
        {
            try
            {
                using var manifest = Manifest.Open(other, isReadOnly: true);
                var found = StoreContents.ReadSpecification(manifest, other);
                if (!found.IsEarlierOf(specification))
                    continue;
                warn($"The store '{other}' has {manifest.ReadImages().Count} images of the same method and data, made "
                    + $"by {manifest.GetSetting(MadeBySetting) ?? "an earlier version of MLNet.SynthAugment"} "
                    + $"(settings of version {found.Version}; these are of version {specification.Version}). Its "
                    + "settings are written in another way, so that nothing shows whether they are the same: it is "
                    + "not used. Delete it if you do not need it.");
            }
            catch (Exception error) when (error is IOException or InvalidDataException or UnauthorizedAccessException)
            {
                // Not a store that this version can read; opening it would say why.
            }
        }
    }

    private void ReadImages(Action<string> warn)
    {
        var damaged = 0;
        foreach (var image in _manifest.ReadImages())
        {
            if (IsIntact(image, Folder))
                _images.Add((image.Label, image.Index), image);
            else
                damaged++;
        }
        if (damaged > 0)
            warn($"{damaged} images of the synthesis store '{Folder}' are missing or altered and will be made again "
                + "if they are needed.");
    }

    // The path comes from a file that anyone may have written: it must not lead out of the store.
    public static bool IsIntact(StoredImage image, string folder)
    {
        var path = Path.GetFullPath(image.Path);
        return IsInside(path, folder) && File.Exists(path) && FileHash.Of(path) == image.Sha256;
    }

    private static bool IsInside(string path, string folder) =>
        path.StartsWith(Path.GetFullPath(folder) + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    private static void CopyFile(string from, string to)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(to)!);
        File.Copy(from, to);
    }
}

/// <summary>Refuses soft labels that no trainer could use, which a user's own method may give.</summary>
internal static class SoftLabelCheck
{
    private const float Tolerance = 1e-3f;

    /// <exception cref="InvalidOperationException">The image's soft labels name no class of the data, or are no
    /// shares.</exception>
    public static void Require(SyntheticImage image, string label, StoreSpecification specification)
    {
        if (image.SoftLabels is { } weights && FindFault(weights, specification) is { } fault)
            throw new InvalidOperationException(
                $"The method '{specification.Method}' gave an image of class '{label}' soft labels that cannot be "
                    + $"used: {fault}.");
    }

    private static string? FindFault(IReadOnlyDictionary<string, float> weights, StoreSpecification specification)
    {
        var unknown = weights.Keys.FirstOrDefault(label => specification.Classes.All(found => found.Label != label));
        if (unknown is not null)
            return $"'{unknown}' is no class of the data";
        if (weights.Values.Any(weight => !(weight >= 0)))
            return "a weight is below 0 or not a number";
        var sum = weights.Values.Sum();
        return Math.Abs(sum - 1) <= Tolerance
            ? null : string.Create(CultureInfo.InvariantCulture, $"their sum is {sum:0.###} instead of 1");
    }
}
