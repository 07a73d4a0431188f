using System.IO.Compression;
using MLNet.SynthAugment.Diffusion;
using MLNet.SynthAugment.Pretraining.StrokeCharacters;
using SixLabors.ImageSharp;

namespace MLNet.SynthAugment.TestSupport;

/// <summary>A temporary folder, with helpers to fill it with drawings.</summary>
internal sealed class ImageSetFixture : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("pretraining-tests-").FullName;

    public string PathOf(string name) => Path.Combine(Root, name);

    /// <summary>Writes a drawing of 30 × 40 pixels at least, so that preparing has to crop it.</summary>
    public string AddDrawing(string relativePath, int size = 40)
    {
        var path = PathOf(relativePath);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var image = StrokeRenderer.Draw(
            StrokeSkeleton.Create(5, Path.GetDirectoryName(relativePath)!), WriterStyle.Create(5, relativePath),
            SeededRandom.Create(new NoiseKey(5, relativePath), ""), size);
        image.SaveAsPng(path);
        return path;
    }

    public string AddFile(string relativePath, byte[] content)
    {
        var path = PathOf(relativePath);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
        return path;
    }

    public string Zip(string name, params (string Entry, byte[] Content)[] entries)
    {
        using var zip = ZipFile.Open(PathOf(name), ZipArchiveMode.Create);
        foreach (var (entry, content) in entries)
        {
            using var stream = zip.CreateEntry(entry).Open();
            stream.Write(content);
        }
        return PathOf(name);
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
