using System.Globalization;
using MLNet.SynthAugment.Diffusion;
using MLNet.SynthAugment.Diffusion.Pretraining.StrokeCharacters;
using SixLabors.ImageSharp;

namespace FewShotAccuracy.Images;

/// <summary>
/// A set that needs no download: invented handwritten characters, each a skeleton of strokes drawn by many simulated
/// writers. Writers of the train and of the test split differ.
/// </summary>
public static class DemoCharacters
{
    /// <summary>Not a seed that the embedded model was trained with: neither characters nor writers were seen before.</summary>
    private const long Seed = 20_261_122;

    private const int Side = 64;

    /// <summary>Draws <c>train/&lt;class&gt;/*.png</c> and <c>test/&lt;class&gt;/*.png</c> into a folder, which is emptied first.</summary>
    public static void Draw(string folder, int classes, int trainWriters, int testWriters)
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        for (var number = 1; number <= classes; number++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"demo character {number:00}");
            var skeleton = StrokeSkeleton.Create(Seed, name);
            for (var writer = 1; writer <= trainWriters + testWriters; writer++)
            {
                var split = writer <= trainWriters ? "train" : "test";
                DrawOne(Path.Combine(folder, split, name, string.Create(CultureInfo.InvariantCulture, $"writer{writer:00}.png")), skeleton, writer);
            }
        }
    }

    private static void DrawOne(string file, StrokeSkeleton skeleton, int writer)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        var style = WriterStyle.Create(Seed, string.Create(CultureInfo.InvariantCulture, $"demo writer {writer}"));
        var chance = SeededRandom.Create(Seed, skeleton.ClassName, writer, "demo drawing");
        using var image = StrokeRenderer.Draw(skeleton, style, chance, Side);
        image.SaveAsPng(file);
    }
}
