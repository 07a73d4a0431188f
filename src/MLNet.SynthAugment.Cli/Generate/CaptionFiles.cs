using MLNet.SynthAugment.Diffusion.ImageSets;

namespace MLNet.SynthAugment.Cli.Generate;

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
