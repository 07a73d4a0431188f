using System.Security.Cryptography;

namespace MLNet.SynthAugment.Tests.Store;

/// <summary>What a store's images hold.</summary>
public static class StoredImages
{
    /// <summary>The hash of each image, by its path in the store.</summary>
    public static SortedDictionary<string, string> Hashes(string storeFolder)
    {
        var images = Path.Combine(storeFolder, "images");
        return new SortedDictionary<string, string>(Directory.GetFiles(images, "*.png", SearchOption.AllDirectories)
            .ToDictionary(file => Path.GetRelativePath(images, file),
                file => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)))));
    }
}
