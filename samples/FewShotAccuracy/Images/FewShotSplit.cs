using System.Security.Cryptography;
using System.Text;

namespace FewShotAccuracy.Images;

/// <summary>The training shots and the test images of one seed. No test image is ever among the shots.</summary>
public sealed record FewShotSplit(IReadOnlyList<LabelledImage> Shots, IReadOnlyList<LabelledImage> Test)
{
    /// <summary>The classes, in ordinal order.</summary>
    public IReadOnlyList<string> ClassNames { get; } =
        Shots.Select(shot => shot.ClassName).Distinct().Order(StringComparer.Ordinal).ToList();

    /// <summary>
    /// With a train and a test split: the first shots of train by rank, else by file name, and the whole test split. Without: half of
    /// each class, the same for every seed, is kept for testing, and the shots are drawn from the rest by the seed.
    /// </summary>
    /// <param name="set">The images.</param>
    /// <param name="shots">Shots for each class.</param>
    /// <param name="seed">Draws the shots where they are drawn.</param>
    /// <param name="drawShots">Draw the shots by the seed although the train split has an order.</param>
    /// <param name="log">Told what had to be left out.</param>
    /// <exception cref="InvalidDataException">A class has too few images, or is in one split only.</exception>
    public static FewShotSplit Create(ImageSet set, int shots, int seed, bool drawShots, Action<string> log)
    {
        var (pool, test) = set.Test is null ? Halve(set.Train) : (set.Train, set.Test);
        var chosen = pool.GroupBy(image => image.ClassName)
            .SelectMany(group => Choose(set, group.ToList(), shots, drawShots || set.Test is null ? seed : null))
            .ToList();
        var seen = chosen.Select(image => image.PixelHash).ToHashSet();
        var unseen = test.Where(image => !seen.Contains(image.PixelHash)).ToList();
        if (unseen.Count < test.Count)
            log($"{test.Count - unseen.Count} test images are pixel for pixel among the shots of seed {seed} and are left out.");
        RequireSameClasses(set, chosen, unseen);
        return new FewShotSplit(chosen, unseen);
    }

    private static (IReadOnlyList<LabelledImage> Pool, IReadOnlyList<LabelledImage> Test) Halve(IReadOnlyList<LabelledImage> images)
    {
        List<LabelledImage> pool = [], test = [];
        foreach (var group in images.GroupBy(image => image.ClassName))
        {
            // Copies of an image under two names count once, so that no pair is divided.
            var distinct = group.DistinctBy(image => image.PixelHash).OrderBy(image => Key("test", image), StringComparer.Ordinal).ToList();
            test.AddRange(distinct.Take(distinct.Count / 2));
            pool.AddRange(distinct.Skip(distinct.Count / 2));
        }
        return (pool, test);
    }

    private static IEnumerable<LabelledImage> Choose(ImageSet set, List<LabelledImage> images, int shots, int? seed)
    {
        if (images.Count < shots)
        {
            throw new InvalidDataException(
                $"Class '{images[0].ClassName}' of '{set.Source}' has {images.Count} images to take shots from, fewer than --shots {shots}.");
        }
        var ordered = seed is null
            ? images.OrderBy(image => image.Rank ?? int.MaxValue).ThenBy(image => image.Name, StringComparer.Ordinal)
            : images.OrderBy(image => Key($"shots {seed}", image), StringComparer.Ordinal);
        return ordered.Take(shots);
    }

    private static void RequireSameClasses(ImageSet set, List<LabelledImage> shots, List<LabelledImage> test)
    {
        var trained = shots.Select(image => image.ClassName).ToHashSet();
        var tested = test.Select(image => image.ClassName).ToHashSet();
        if (tested.FirstOrDefault(name => !trained.Contains(name)) is { } untrained)
            throw new InvalidDataException($"Class '{untrained}' of '{set.Source}' is in the test split but not in the train split.");
        if (trained.FirstOrDefault(name => !tested.Contains(name)) is { } untested)
            throw new InvalidDataException($"Class '{untested}' of '{set.Source}' has no test image.");
        if (trained.Count < 2)
            throw new InvalidDataException($"'{set.Source}' has {trained.Count} class: at least two are needed to measure accuracy.");
    }

    /// <summary>A pseudo-random sort key that depends on nothing but its arguments.</summary>
    private static string Key(string purpose, LabelledImage image) =>
        Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes($"{purpose}\n{image.Name}")));
}
