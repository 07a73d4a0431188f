using MLNet.SynthAugment.Diffusion.Seeds;

namespace MLNet.SynthAugment.Methods;

/// <summary>Makes images of seeds that were saved by another run: image i of a class from its i-th seed.</summary>
internal sealed class SeedReplayImageSource : IImageSource
{
    private readonly SeedReplay _replay;
    private readonly Dictionary<string, List<SavedSeed>> _seedsByClass;

    /// <param name="files">The files with the seeds.</param>
    /// <param name="context">The run.</param>
    public SeedReplayImageSource(IEnumerable<string> files, SynthesisContext context)
    {
        _replay = new SeedReplay(context.Model, context.Log);
        _seedsByClass = files.SelectMany(Read).GroupBy(seed => seed.ClassName)
            .ToDictionary(group => group.Key, group => group.OrderBy(seed => seed.Index).ToList());
    }

    public IReadOnlyList<SyntheticImage> Generate(ImageBatch batch, CancellationToken cancellation)
    {
        var images = new List<SyntheticImage>();
        try
        {
            foreach (var index in batch.Indices)
            {
                var seed = Find(batch.Class.Label, index);
                using var set = SeedSet.Load(seed.Path);
                images.AddRange(SavedSeeds.Generate(_replay, seed.Path, set, [seed.Row], batch.Class, cancellation));
            }
            return images;
        }
        catch
        {
            images.ForEach(image => image.Dispose());
            throw;
        }
    }

    public void Dispose()
    {
    }

    private SavedSeed Find(string label, long index)
    {
        if (!_seedsByClass.TryGetValue(label, out var seeds))
            throw new InvalidOperationException(
                $"There are no saved seeds for class '{label}', but for "
                    + $"{string.Join(", ", _seedsByClass.Keys.Order().Take(10).Select(name => $"'{name}'"))}.");
        return index < seeds.Count
            ? seeds[(int)index]
            : throw new InvalidOperationException(
                $"There are {seeds.Count} saved seeds for class '{label}', which is too few: image {index} was asked "
                    + "for (counted from 0). Ask for fewer images a class, or save more seeds.");
    }

    private static IEnumerable<SavedSeed> Read(string path)
    {
        using var set = SeedSet.Load(path);
        return [.. set.Indices.Select((index, row) => new SavedSeed(set.ClassName, index, path, row))];
    }

    private sealed record SavedSeed(string ClassName, long Index, string Path, int Row);
}
