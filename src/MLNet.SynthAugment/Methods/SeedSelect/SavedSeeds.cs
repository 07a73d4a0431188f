using System.Security.Cryptography;
using System.Text;
using MLNet.SynthAugment.Diffusion.Seeds;
using MLNet.SynthAugment.Diffusion.Weights;
using MLNet.SynthAugment.FewShot;

namespace MLNet.SynthAugment.Methods;

/// <summary>Files with seeds, and the images made of them.</summary>
internal static class SavedSeeds
{
    /// <summary>The files at a path: itself, or those below a folder, in a fixed order.</summary>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    public static IReadOnlyList<string> Files(string path)
    {
        if (File.Exists(path))
            return [path];
        var found = Directory.Exists(path) ? Directory.GetFiles(path, "*.safetensors", SearchOption.AllDirectories) : [];
        return found.Length > 0
            ? [.. found.OrderBy(file => Path.GetRelativePath(path, file), StringComparer.Ordinal)]
            : throw new FileNotFoundException($"There are no seeds at '{path}'. Give a seeds file, or a folder with such files, such as state/seeds of a store made by SeedSelect.", path);
    }

    /// <summary>SHA-256 (lower-case hexadecimal) of the files at a path.</summary>
    public static string Hash(string path)
    {
        var hashes = Files(path).Select(FileHash.Of).ToList();
        return hashes.Count == 1 ? hashes[0] : Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(string.Join('\n', hashes))));
    }

    /// <summary>Makes the images of some seeds of a file.</summary>
    /// <param name="replay">Has the model.</param>
    /// <param name="path">The file, whose hash goes with the images.</param>
    /// <param name="set">What the file holds.</param>
    /// <param name="rows">Which of them.</param>
    /// <param name="shotClass">Their class.</param>
    /// <param name="cancellation">Stops the work.</param>
    public static IEnumerable<SyntheticImage> Generate(SeedReplay replay, string path, SeedSet set, IReadOnlyList<int> rows, ShotClass shotClass, CancellationToken cancellation)
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
}
