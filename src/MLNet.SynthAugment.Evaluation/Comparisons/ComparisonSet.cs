namespace MLNet.SynthAugment.Evaluation.Comparisons;

/// <summary>
/// The real images of a comparison: those that shots come from, those to choose by, those to report on.
/// </summary>
internal sealed class ComparisonSet : IDisposable
{
    private readonly List<ImageSetReader> _readers = [];

    private ComparisonSet(
        ImageSetLocation location, ImageReading reading, Action<string> log, Action<string> warn,
        CancellationToken cancellationToken)
    {
        try
        {
            var layout = ImageSetReader.LayoutOf(location);
            if (layout.ClassFolder is null && layout.Find(SplitRole.Train) is { } train
                && layout.Find(SplitRole.Test) is { } test)
            {
                Pool = Read(location with { Split = train.Path });
                TestImages = Read(location with { Split = test.Path });
                Validation = layout.Find(SplitRole.Validation) is { } validation
                    ? Read(location with { Split = validation.Path }) : [];
            }
            else
            {
                (Pool, TestImages) = Halve(Read(location));
                Validation = [];
            }
            IReadOnlyList<ComparisonImage> all = [.. Pool, .. Validation, .. TestImages];
            var oriented = all.Count(image => image.StatesOrientation);
            var counts = new ImageCounts(all.Count, oriented, all.Count(image => image.IsTransparent));
            foreach (var sentence in counts.Describe(reading))
                warn(sentence);
            Classes = [.. Pool.Select(image => image.ClassName).Distinct().Order(StringComparer.Ordinal)];
            RequireUnseen(location, warn);
        }
        catch
        {
            Dispose();
            throw;
        }

        List<ComparisonImage> Read(ImageSetLocation split)
        {
            var reader = ImageSetReader.Open(split, warn);
            _readers.Add(reader);
            log(reader.Description);
            return ComparisonImage.Read(reader.Entries, reading, warn, cancellationToken);
        }
    }

    /// <summary>The classes in ordinal order.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>What shots come from.</summary>
    public IReadOnlyList<ComparisonImage> Pool { get; }

    /// <summary>The <c>val</c> split; empty where the set has none.</summary>
    public IReadOnlyList<ComparisonImage> Validation { get; private set; }

    /// <summary>What is reported on. Nothing is chosen by it.</summary>
    public IReadOnlyList<ComparisonImage> TestImages { get; private set; }

    /// <summary>Opens a set.</summary>
    /// <param name="images">The set; with a split for one that is itself divided into shots and test images.</param>
    /// <param name="reading">How images are turned and composed.</param>
    /// <param name="log">Receives sentences on the splits and classes found.</param>
    /// <param name="warn">Receives sentences on what is left out.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="InvalidDataException">The images make no comparison: a class is in one split only, or there is
    /// a single one.</exception>
    public static ComparisonSet Open(
        ImageSetLocation images, ImageReading reading, Action<string> log, Action<string> warn,
        CancellationToken cancellationToken) =>
        new(images, reading, log, warn, cancellationToken);

    /// <summary>
    /// The shots of a seed: of each class the first images by <c>index.csv</c>, else by name, or others.
    /// </summary>
    /// <param name="count">How many of each class.</param>
    /// <param name="seed">The seed; 1 always takes the first ones.</param>
    /// <param name="draw">Whether other seeds take others. Of one seed, more shots contain fewer.</param>
    /// <param name="warn">Receives sentences on classes that have fewer.</param>
    public IReadOnlyList<ComparisonImage> Shots(int count, int seed, bool draw, Action<string> warn)
    {
        var chosen = new List<ComparisonImage>();
        foreach (var images in Pool.GroupBy(image => image.ClassName)
            .OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            var ordered = images.OrderBy(image => image.Entry.Rank ?? int.MaxValue)
                .ThenBy(image => image.Entry.Name, StringComparer.Ordinal).ToList();
            if (ordered.Count < count)
                warn($"Class '{images.Key}' has {ordered.Count} readable images, fewer than the {count} shots asked "
                    + "for; all of them are used.");
            if (draw && seed > 1)
                Shuffle(ordered, SeededRandom.Create(new NoiseKey(seed, images.Key), "comparison shots"));
            chosen.AddRange(ordered.Take(count));
        }
        return chosen;
    }

    /// <summary>
    /// What choices are made by: the <c>val</c> split, or without one the images to take shots from that are none.
    /// </summary>
    /// <param name="shots">The shots.</param>
    /// <returns>Nothing where a class has none left.</returns>
    public IReadOnlyList<ComparisonImage> ToChooseBy(IReadOnlyList<ComparisonImage> shots)
    {
        if (Validation.Count > 0)
            return Validation;
        // Also copies of a shot are no other images.
        var taken = shots.Select(shot => shot.Hash).ToHashSet();
        var left = Pool.Where(image => !taken.Contains(image.Hash)).ToList();
        return left.Select(image => image.ClassName).Distinct().Count() == Classes.Count ? left : [];
    }

    public void Dispose() => _readers.ForEach(reader => reader.Dispose());

    // The same half for every seed, whatever the order of the files.
    private static (List<ComparisonImage> Pool, List<ComparisonImage> Test) Halve(IReadOnlyList<ComparisonImage> images)
    {
        var (pool, test) = (new List<ComparisonImage>(), new List<ComparisonImage>());
        foreach (var group in images.GroupBy(image => image.ClassName))
        {
            var ofClass = group.DistinctBy(image => image.Hash)
                .OrderBy(image => image.Entry.Name, StringComparer.Ordinal).ToList();
            Shuffle(ofClass, SeededRandom.Create(new NoiseKey(0, group.Key), "comparison halves"));
            test.AddRange(ofClass.Take(ofClass.Count / 2));
            pool.AddRange(ofClass.Skip(ofClass.Count / 2));
        }
        return (pool, test);
    }

    // Fisher and Yates.
    private static void Shuffle<T>(List<T> items, SeededRandom random)
    {
        for (var i = items.Count - 1; i > 0; i--)
        {
            var j = random.Next(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    private void RequireUnseen(ImageSetLocation location, Action<string> warn)
    {
        var classes = Classes.ToHashSet();
        if (classes.Count < 2)
            throw new InvalidDataException(
                $"{location} has {classes.Count} class to train on; at least two are needed to compare accuracies.");
        var seen = Pool.Select(image => image.Hash).ToHashSet();
        Validation = Unseen(Validation, "val", seen);
        seen.UnionWith(Validation.Select(image => image.Hash));
        TestImages = Unseen(TestImages, "test", seen);
        var tested = TestImages.Select(image => image.ClassName).ToHashSet();
        if (Classes.FirstOrDefault(name => !tested.Contains(name)) is { } untested)
            throw new InvalidDataException($"Class '{untested}' of {location} has no test image.");

        List<ComparisonImage> Unseen(IReadOnlyList<ComparisonImage> images, string split, HashSet<string> seen)
        {
            if (images.FirstOrDefault(image => !classes.Contains(image.ClassName)) is { } strange)
                throw new InvalidDataException(
                    $"Class '{strange.ClassName}' of {location} is in the {split} split but not in the train split.");
            var unseen = images.Where(image => !seen.Contains(image.Hash)).ToList();
            var left = images.Count - unseen.Count;
            if (left > 0)
                warn(left == 1
                    ? $"1 image of the {split} split is in a split before it too and is left out of {split}."
                    : $"{left} images of the {split} split are in a split before it too and are left out of {split}.");
            return unseen;
        }
    }
}
