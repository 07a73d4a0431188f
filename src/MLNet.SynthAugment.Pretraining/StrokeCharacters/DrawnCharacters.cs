using System.Globalization;

namespace MLNet.SynthAugment.Pretraining.StrokeCharacters;

/// <summary>
/// An image set that needs no download: invented handwritten characters, each a skeleton of strokes, drawn by many
/// simulated writers. Writers of its splits differ. It is drawn as pretraining draws the characters that it invents, so
/// a model that pretraining made finds it easier than real handwriting.
/// </summary>
public static class DrawnCharacters
{
    /// <summary>
    /// The default seed, which no model of this project was trained with: neither characters nor writers were seen
    /// before.
    /// </summary>
    public const long DefaultSeed = 20_261_122;

    /// <summary>Draws a set: <c>split/character NN/writerNN.png</c>, black on white.</summary>
    /// <param name="folder">The folder; files that are there are replaced, others stay.</param>
    /// <param name="classes">Characters, at least 1.</param>
    /// <param name="writers">The splits with the number of writers of each, at least 0.</param>
    /// <param name="size">Side of the pictures in pixels, at least 8.</param>
    /// <param name="seed">Another one gives other characters and writers.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is below its least.</exception>
    public static void Draw(
        string folder, int classes, IReadOnlyList<KeyValuePair<string, int>> writers, int size = 64,
        long seed = DefaultSeed)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        ArgumentNullException.ThrowIfNull(writers);
        for (var number = 1; number <= classes; number++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"character {number:00}");
            var skeleton = StrokeSkeleton.Create(seed, name);
            var writer = 0;
            foreach (var (split, count) in writers)
            {
                ArgumentOutOfRangeException.ThrowIfNegative(count, split);
                var classFolder = Directory.CreateDirectory(Path.Combine(folder, split, name)).FullName;
                for (var i = 0; i < count; i++)
                {
                    writer++;
                    var style = WriterStyle.Create(
                        seed, string.Create(CultureInfo.InvariantCulture, $"writer {writer}"));
                    using var image = StrokeRenderer.Draw(skeleton, style,
                        SeededRandom.Create(new NoiseKey(seed, name, writer), "drawing"), size);
                    image.SaveAsPng(Path.Combine(
                        classFolder, string.Create(CultureInfo.InvariantCulture, $"writer{writer:00}.png")));
                }
            }
        }
    }
}
