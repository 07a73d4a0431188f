using System.Security.Cryptography;
using MLNet.SynthAugment.FewShot;
using MLNet.SynthAugment.Files;

namespace MLNet.SynthAugment.Methods;

/// <summary>Files with seeds, and the images made of them.</summary>
internal static class SavedSeeds
{
    /// <summary>The files at a path: itself, or those below a folder, in a fixed order.</summary>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    public static IReadOnlyList<string> Files(string path)
    {
        var found = Find(path);
        return found.Count > 0
            ? found
            : throw new FileNotFoundException(
                $"There are no seeds at '{path}'. Give a seeds file, or a folder with such files, such as "
                    + "state/seeds of a store made by SeedSelect.", path);
    }

    /// <summary>SHA-256 (lower-case hexadecimal) of the files at a path.</summary>
    public static string Hash(string path) => Hash(Files(path));

    /// <summary>
    /// The files to replay: copies in the state folder, made at the first use, so that the store, and a transformer
    /// saved from it, are whole without the path.
    /// </summary>
    /// <param name="method">Names the path.</param>
    /// <param name="context">Has the state folder.</param>
    /// <exception cref="FileNotFoundException">There are no seeds at the path, and no copies.</exception>
    /// <exception cref="InvalidDataException">Other seeds have taken the place of those that were named.</exception>
    public static IReadOnlyList<string> Keep(SeedSelect method, SynthesisContext context)
    {
        var (path, copies) = (method.SeedsPath!, Path.Combine(context.StateFolder, StoreLayout.Seeds));
        var kept = Find(copies);
        if (kept.Count > 0 && IsMeant(Hash(kept)))
            return kept;
        var files = Files(path);
        if (Hash(files) is var found && !IsMeant(found))
            throw new InvalidDataException(
                $"The seeds at '{path}' are not those that {nameof(SeedSelect.SeedsHash)} names: {method.SeedsHash} "
                    + $"was expected, {found} is there. Bring the old ones back, or name these anew: "
                    + $"{nameof(SeedSelect)}.{nameof(SeedSelect.Replay)}(path).");
        var folder = File.Exists(path) ? Path.GetDirectoryName(Path.GetFullPath(path))! : path;
        return [.. files.Select(
            file => context.LearnOnce(
            NameOf(file), copy => File.Copy(file, copy), copy => FileHash.Of(copy) == FileHash.Of(file)))];

        bool IsMeant(string hash) => hash.Equals(method.SeedsHash, StringComparison.OrdinalIgnoreCase);

        // A single file may have any name.
        string NameOf(string file) =>
            Path.ChangeExtension(Path.Combine(StoreLayout.Seeds, Path.GetRelativePath(folder, file)), ".safetensors");
    }

    /// <summary>Makes the images of some seeds of a file.</summary>
    /// <param name="replay">Has the model.</param>
    /// <param name="path">The file, whose hash goes with the images.</param>
    /// <param name="set">What the file holds.</param>
    /// <param name="rows">Which of them.</param>
    /// <param name="shotClass">Their class.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public static IEnumerable<SyntheticImage> Generate(
        SeedReplay replay, string path, SeedSet set, IReadOnlyList<int> rows, ShotClass shotClass,
        CancellationToken cancellationToken)
    {
        var hash = FileHash.Of(path);
        return replay.Generate(set, rows, cancellationToken).Select((image, i) =>
        {
            var text = rows[i] < set.Details.Count ? set.Details[rows[i]] : null;
            var details = text is null ? null : SeedDetails.TryParse(text);
            return SyntheticImage.From(image, set.Prompt, set.RunSeed, set.Sampling, replay.Scheduler) with
            {
                Score = -(float)(details?.LossAfter ?? double.NaN),
                Source = shotClass.Shots.FirstOrDefault(shot => shot.ImageHash == details?.ConditionShot?.ImageSha256),
                Adapter = hash,
                Details = text,
            };
        });
    }

    private static IReadOnlyList<string> Find(string path)
    {
        if (File.Exists(path))
            return [path];
        return Directory.Exists(path)
            ? [.. Directory.GetFiles(path, "*.safetensors", SearchOption.AllDirectories)
                .OrderBy(file => Path.GetRelativePath(path, file), StringComparer.Ordinal)] : [];
    }

    private static string Hash(IEnumerable<string> files)
    {
        var hashes = files.Select(FileHash.Of).ToList();
        return hashes.Count == 1
            ? hashes[0] : Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(string.Join('\n', hashes))));
    }
}

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

    public IReadOnlyList<SyntheticImage> Generate(ImageBatch batch, CancellationToken cancellationToken)
    {
        var images = new List<SyntheticImage>();
        try
        {
            foreach (var index in batch.Indices)
            {
                var seed = Find(batch.Class.Label, index);
                using var set = SeedSet.Load(seed.Path);
                images.AddRange(SavedSeeds.Generate(_replay, seed.Path, set, [seed.Row], batch.Class,
                    cancellationToken));
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

/// <summary>What is told of an optimised seed, in its file and in the store's manifest.</summary>
/// <param name="Start">Where the optimisation started: "noise", "anchor", "path", or "fresh noise" after starts whose
/// loss was no finite number.</param>
/// <param name="LossBefore">The loss of the start.</param>
/// <param name="LossAfter">The loss of the seed.</param>
/// <param name="Updates">Updates that led to the seed.</param>
/// <param name="Evaluations">How often loss and gradient were computed in all.</param>
internal sealed record SeedDetails(string Start, double LossBefore, double LossAfter, int Updates, int Evaluations)
{
    /// <summary>Cosine of the image's CLIP feature with the mean of its shots; null without semantic loss.</summary>
    public double? SemanticCosine { get; init; }

    /// <summary>Index of the image that the optimisation started from; null for none.</summary>
    public long? Anchor { get; init; }

    /// <summary>Whether the optimisation ended early because a number was not finite.</summary>
    public bool Diverged { get; init; }

    /// <summary>
    /// The shot that the image is conditioned on; null for none. Without its row, so that seeds do not depend on the
    /// order of rows.
    /// </summary>
    public ShotDetails? ConditionShot { get; init; }

    /// <summary>Reads what <see cref="ToJson"/> wrote; null for a text that something else wrote.</summary>
    public static SeedDetails? TryParse(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<SeedDetails>(json, DetailsJson.Format);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public string ToJson() => DetailsJson.Write(this);
}
