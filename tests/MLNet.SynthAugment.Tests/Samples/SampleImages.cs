using MLNet.SynthAugment.Tests.Support;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace MLNet.SynthAugment.Tests.Samples;

/// <summary>Small image sets on disk.</summary>
internal static class SampleImages
{
    public const int Side = 24;

    /// <summary>A path below the folder.</summary>
    public static string File(this TemporaryFolder folder, params string[] parts) => Path.Combine([folder.Path, .. parts]);

    /// <summary>An image that no other number gives.</summary>
    public static void Save(string file, int number)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        using var image = new Image<Rgb24>(Side, Side, new Rgb24((byte)number, (byte)(number / 256), 200));
        image.SaveAsPng(file);
    }

    /// <summary>Class folders, each with as many different images.</summary>
    public static void SaveClasses(string folder, int imagesPerClass, params string[] classes)
    {
        for (var c = 0; c < classes.Length; c++)
        {
            for (var i = 0; i < imagesPerClass; i++)
                Save(Path.Combine(folder, classes[c], $"{i:00}.png"), (c * imagesPerClass) + i + (folder.EndsWith("test", StringComparison.Ordinal) ? 1000 : 0));
        }
    }
}
