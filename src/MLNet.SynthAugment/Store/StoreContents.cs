using MLNet.SynthAugment.Files;

namespace MLNet.SynthAugment.Store;

/// <summary>What a synthesis store holds, read without changing anything.</summary>
/// <param name="Method">The name of the method that made the images.</param>
/// <param name="ModelHash">SHA-256 of the diffusion model; null if the method used none.</param>
/// <param name="Seed">The seed of the run.</param>
/// <param name="BatchSize">Images made together.</param>
/// <param name="Classes">The classes in the order of their labels.</param>
/// <param name="Damaged">Paths of images that are missing or not as they were when they were made. The next <c>Fit</c>
/// makes them again.</param>
public sealed record StoreContents(
    string Method, string? ModelHash, long Seed, int BatchSize, IReadOnlyList<StoreContents.ClassContents> Classes,
    IReadOnlyList<string> Damaged)
{
    /// <summary>A class of a store.</summary>
    /// <param name="Label">Its label.</param>
    /// <param name="Shots">How many real images it was learnt from.</param>
    /// <param name="Images">How many synthetic images there are, rejected and damaged ones among them.</param>
    public sealed record ClassContents(string Label, int Shots, int Images);

    /// <summary>Whether a folder is a synthesis store, sound or not.</summary>
    /// <param name="folder">The folder.</param>
    public static bool IsStore(string folder) => File.Exists(StoreLayout.ManifestOf(folder));

    /// <summary>Reads a store, and each of its images.</summary>
    /// <param name="folder">The folder with <c>manifest.db</c>.</param>
    /// <exception cref="InvalidDataException">The manifest is damaged, another program's or another
    /// version's.</exception>
    /// <exception cref="IOException">The store cannot be read.</exception>
    public static StoreContents Read(string folder)
    {
        using var manifest = Manifest.Open(folder, isReadOnly: true);
        var specification = ReadSpecification(manifest, folder);
        var images = manifest.ReadImages();
        var counts = images.CountBy(image => image.Label).ToDictionary();
        return new StoreContents(specification.Method, specification.Model, specification.Seed, specification.BatchSize,
            [.. specification.Classes.Select(
                found => new ClassContents(found.Label, found.Shots.Count, counts.GetValueOrDefault(found.Label)))],
            [.. images.Where(image => !SynthesisStore.IsIntact(image, folder)).Select(image => image.Path)]);
    }

    /// <summary>What a store was made from.</summary>
    /// <exception cref="InvalidDataException">The store does not say it.</exception>
    internal static StoreSpecification ReadSpecification(Manifest manifest, string folder)
    {
        try
        {
            var text = manifest.GetSetting(SynthesisStore.SpecificationSetting)
                ?? throw new JsonException("it has none");
            return JsonSerializer.Deserialize<StoreSpecification>(text, StoreSpecification.Format)!;
        }
        catch (JsonException error)
        {
            throw new InvalidDataException(
                $"The synthesis store '{folder}' does not say what it was made from: {error.Message}", error);
        }
    }
}
