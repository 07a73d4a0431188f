using System.Reflection;
using MLNet.SynthAugment.Cli.Options;
using MLNet.SynthAugment.Diffusion.ImageSets;

namespace MLNet.SynthAugment.Cli.Generate;

/// <summary>The numbers of a run.</summary>
/// <param name="Version">The version of the program.</param>
/// <param name="Settings">Everything the run depends on.</param>
/// <param name="Store">The folder of the run's own store.</param>
/// <param name="Seconds">Wall time of the run; after an interruption, of its last part.</param>
/// <param name="Classes">The classes in ordinal order.</param>
internal sealed record GenerateReport(
    string Version, GenerateSettings Settings, string Store, double Seconds,
    IReadOnlyList<GenerateReport.ClassReport> Classes)
{
    /// <summary>A class.</summary>
    /// <param name="Class">Its label.</param>
    /// <param name="Shots">The real images it was learnt from.</param>
    /// <param name="Synthetic">How many images it got.</param>
    /// <param name="MeanScore">The mean of the images' scores; null if they have none.</param>
    /// <param name="Rejected">How many candidates the selection rejected, by reason.</param>
    public sealed record ClassReport(
        string Class, IReadOnlyList<string> Shots, int Synthetic, double? MeanScore,
        IReadOnlyDictionary<string, int> Rejected);

    public static GenerateReport Create(
        GenerateSettings settings, IReadOnlyList<ImageEntry> shots, IReadOnlyDictionary<string, List<float>> scores,
        SynthesizeFewShotTransformer transformer, TimeSpan elapsed)
    {
        var rejected = transformer.Rejected.ToLookup(image => image.Label);
        var classes = shots.GroupBy(shot => shot.ClassName).OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group =>
        {
            var ofClass = scores.GetValueOrDefault(group.Key, []);
            var measured = ofClass.Where(score => !float.IsNaN(score)).ToList();
            return new ClassReport(group.Key, [.. group.Select(shot => shot.Name)], ofClass.Count, measured.Count == 0
                ? null : Math.Round(measured.Average(), 4),
                rejected[group.Key].CountBy(image => image.Reason).ToDictionary());
        });
        var version = typeof(GenerateReport).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
        return new GenerateReport(
            version, settings, transformer.StoreFolder, Math.Round(elapsed.TotalSeconds, 1), [.. classes]);
    }

    public void Write(string path) => SettingsFile.WriteJson(path, this);
}
