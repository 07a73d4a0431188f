namespace MLNet.SynthAugment.Diffusion.ImageSets;

/// <summary>The files of a folder.</summary>
internal static class FolderFiles
{
    public static IEnumerable<ImageFile> In(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            var length = new FileInfo(file).Length;
            yield return new ImageFile(Path.GetRelativePath(folder, file).Replace('\\', '/'), length, length, () => File.OpenRead(file));
        }
    }
}
