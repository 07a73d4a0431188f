using MLNet.SynthAugment.Diffusion.Weights;
using MLNet.SynthAugment.Store;

namespace MLNet.SynthAugment.Exports;

/// <summary>The files that images were made with, found among what the method learnt by the hash that each image records.</summary>
internal static class LearnedByImages
{
    /// <summary>The files, with their paths relative to the state folder, in a fixed order.</summary>
    public static IEnumerable<(string Name, string Path)> Find(string stateFolder, IEnumerable<StoredImage> images)
    {
        var hashes = images.Select(image => image.Adapter).OfType<string>().ToHashSet();
        return Directory.EnumerateFiles(stateFolder, "*.safetensors", SearchOption.AllDirectories)
            .Select(path => (Name: Path.GetRelativePath(stateFolder, path), Path: path)).OrderBy(file => file.Name, StringComparer.Ordinal)
            .Where(file => !LearnedFiles.IsTemporary(file.Name) && hashes.Contains(FileHash.Of(file.Path)));
    }

    /// <summary>What a file holds, or null if it holds something else: a method may learn adapters, seeds and tokens.</summary>
    public static T? TryLoad<T>(string path, Func<string, T> load)
        where T : class
    {
        try
        {
            return load(path);
        }
        catch (Exception error) when (error is SafetensorsException or InvalidDataException)
        {
            return null;
        }
    }
}
