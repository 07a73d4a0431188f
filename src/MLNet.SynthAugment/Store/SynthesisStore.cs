using System.Security.Cryptography;
using MLNet.SynthAugment.Methods;

namespace MLNet.SynthAugment.Store;

/// <summary>
/// A folder with the synthetic images of one specification: <c>manifest.db</c>, <c>images/CLASS/INDEX.png</c> and <c>state/</c>
/// for what the method learnt. An image file is put in place before its manifest row is committed, so that whatever the manifest
/// lists is whole, and a killed run loses at most the batch it was making.
/// </summary>
internal sealed class SynthesisStore : IDisposable
{
    private const string SpecificationSetting = "specification";

    private readonly Manifest _manifest;
    private readonly Dictionary<(string Label, long Index), StoredImage> _images = [];

    private SynthesisStore(string folder, Manifest manifest)
    {
        Folder = folder;
        _manifest = manifest;
    }

    public string Folder { get; }

    /// <summary>Where the method keeps what it learnt.</summary>
    public string StateFolder => Path.Combine(Folder, "state");

    /// <summary>Opens the store in a folder, or begins it.</summary>
    /// <exception cref="InvalidDataException">What is there is another program's, a newer version's or another specification's.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static SynthesisStore Open(string folder, StoreSpecification specification, Action<string> warn)
    {
        try
        {
            Directory.CreateDirectory(Path.Combine(folder, "state"));
            AtomicFile.DeleteLeftovers(folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"The synthesis store '{folder}' cannot be written: {error.Message} Set StoreFolder to a folder that can.", error);
        }
        var store = new SynthesisStore(folder, Manifest.Open(folder));
        try
        {
            store.Check(specification.ToJson());
            store.ReadImages(warn);
            return store;
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    /// <summary>The image, or null if it is still to be made.</summary>
    public StoredImage? Find(string label, long index) => _images.GetValueOrDefault((label, index));

    /// <summary>Puts an image into the store.</summary>
    public void Add(string label, long index, SyntheticImage image)
    {
        var path = Path.Combine(Folder, "images", FileNames.Unique(label), $"{index:D6}.png");
        var bytes = Png.Encode(image.Image);
        AtomicFile.Write(path, bytes);
        var stored = new StoredImage(label, index, path, Convert.ToHexStringLower(SHA256.HashData(bytes)), image.Prompt, image.Seed, image.Score, image.Source?.ImageHash) { SoftLabels = image.SoftLabels };
        _manifest.Add(stored);
        _images[(label, index)] = stored;
    }

    public void Dispose() => _manifest.Dispose();

    private void Check(string specification)
    {
        var found = _manifest.GetSetting(SpecificationSetting);
        if (found is null)
            _manifest.SetSetting(SpecificationSetting, specification);
        else if (found != specification)
            throw new InvalidDataException($"The synthesis store '{Folder}' was made for other data, another model or other settings. Choose another StoreFolder, or delete that folder.");
    }

    private void ReadImages(Action<string> warn)
    {
        var damaged = 0;
        foreach (var image in _manifest.ReadImages())
        {
            if (IsIntact(image))
                _images.Add((image.Label, image.Index), image);
            else
                damaged++;
        }
        if (damaged > 0)
            warn($"{damaged} images of the synthesis store '{Folder}' are missing or altered and will be made again if they are needed.");
    }

    // The path comes from a file that anyone may have written: it must not lead out of the store.
    private bool IsIntact(StoredImage image)
    {
        var path = Path.GetFullPath(image.Path);
        if (!path.StartsWith(Path.GetFullPath(Folder) + Path.DirectorySeparatorChar, StringComparison.Ordinal) || !File.Exists(path))
            return false;
        using var stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream)) == image.Sha256;
    }
}
