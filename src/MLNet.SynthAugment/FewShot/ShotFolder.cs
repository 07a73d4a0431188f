using System.Security.Cryptography;
using MLNet.SynthAugment.Files;

namespace MLNet.SynthAugment.FewShot;

/// <summary>Shots as PNG files named by their pixels' hash, so that memory does not grow with their number.</summary>
internal sealed class ShotFolder(string folder)
{
    public string Folder { get; } = folder;

    /// <summary>Keeps the image, unless the same pixels are there already, and returns their hash.</summary>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public string Add(Image<Rgb24> image)
    {
        var hash = PixelContent.Hash(image);
        return StoreErrors.Guard(Folder, () =>
        {
            if (!File.Exists(PathOf(hash)))
                AtomicFile.Write(PathOf(hash), Png.Encode(image));
            return hash;
        });
    }

    public Image<Rgb24> Open(string hash) => Png.Read(PathOf(hash));

    public void CopyTo(ShotFolder other, string hash)
    {
        if (!File.Exists(other.PathOf(hash)))
            AtomicFile.Write(other.PathOf(hash), File.ReadAllBytes(PathOf(hash)));
    }

    /// <summary>What is wrong with an image, as a sentence; null if nothing is.</summary>
    public string? FindFault(string hash)
    {
        // It may come from a file that anyone has written, and becomes a path.
        if (hash.Length != 2 * SHA256.HashSizeInBytes || !hash.All(char.IsAsciiHexDigitLower))
            return $"'{hash}' is no image: its name is not the hash of pixels.";
        if (!File.Exists(PathOf(hash)))
            return $"'{PathOf(hash)}' is missing.";
        if (!Png.TryRead(PathOf(hash), out var image, out var reason))
            return $"'{PathOf(hash)}' is damaged: {reason}.";
        using (image)
            return PixelContent.Hash(image) == hash
                ? null
                : $"'{PathOf(hash)}' is altered: its pixels are not those that its name is the hash of.";
    }

    private string PathOf(string hash) => Path.Combine(Folder, hash[..2], hash + ".png");
}
