using System.Globalization;
using FewShotAccuracy.Images;
using MLNet.SynthAugment.Diffusion;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace FewShotAccuracy.Augmentation;

/// <summary>Writes classically augmented copies of training images to a folder.</summary>
public static class AugmentedCopies
{
    /// <summary>Makes <paramref name="perClass"/> copies for each class, taking its images in turn.</summary>
    /// <returns>The copies alone, as rows of files.</returns>
    public static IReadOnlyList<ImageRow> Write(
        string folder, IReadOnlyList<ImageRow> rows, int perClass, ClassicAugmentation augmentation, int seed, CancellationToken cancellation)
    {
        var copies = new List<ImageRow>();
        foreach (var group in rows.GroupBy(row => row.Label))
        {
            var originals = group.ToList();
            var classFolder = Directory.CreateDirectory(Path.Combine(folder, FolderNames.For(group.Key))).FullName;
            for (var index = 0; index < perClass; index++)
            {
                cancellation.ThrowIfCancellationRequested();
                var file = Path.Combine(classFolder, string.Create(CultureInfo.InvariantCulture, $"{index:0000}.png"));
                using var original = Image.Load<Rgb24>(originals[index % originals.Count].ImagePath);
                using var copy = augmentation.Apply(original, SeededRandom.Create(seed, group.Key, index, "classic augmentation"));
                copy.SaveAsPng(file);
                copies.Add(new ImageRow { ImagePath = file, Label = group.Key });
            }
        }
        return copies;
    }
}
