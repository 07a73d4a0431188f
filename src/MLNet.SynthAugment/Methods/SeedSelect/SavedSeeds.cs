using System.Security.Cryptography;
using System.Text;
using MLNet.SynthAugment.Diffusion.Files;
using MLNet.SynthAugment.Diffusion.Seeds;
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
    /// <param name="cancellation">Stops the work.</param>
    public static IEnumerable<SyntheticImage> Generate(
        SeedReplay replay, string path, SeedSet set, IReadOnlyList<int> rows, ShotClass shotClass,
        CancellationToken cancellation)
    {
        var hash = FileHash.Of(path);
        return replay.Generate(set, rows, cancellation).Select((image, i) =>
        {
            var text = rows[i] < set.Details.Count ? set.Details[rows[i]] : null;
            var details = text is null ? null : SeedDetails.TryParse(text);
            return new SyntheticImage(image)
            {
                Prompt = set.Prompt,
                Seed = set.RunSeed,
                Score = -(float)(details?.LossAfter ?? double.NaN),
                Source = shotClass.Shots.FirstOrDefault(shot => shot.ImageHash == details?.ConditionShot?.ImageSha256),
                Steps = set.Sampling.Steps,
                GuidanceScale = set.Sampling.GuidanceScale,
                Scheduler = set.Scheduler,
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
