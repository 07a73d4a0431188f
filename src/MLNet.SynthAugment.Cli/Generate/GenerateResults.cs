using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.SynthAugment.Cli.Options;
using MLNet.SynthAugment.Diffusion.Files;
using MLNet.SynthAugment.Evaluation.Reports;
using MLNet.SynthAugment.Files;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace MLNet.SynthAugment.Cli.Generate;

/// <summary>
/// What a run has made, written to its output folder: <c>images/</c>, <c>contact-sheet.png</c> and <c>report.json</c>.
/// </summary>
internal sealed class GenerateResults(
    GenerateSettings settings, IReadOnlyList<ImageEntry> shots, SynthesizeFewShotTransformer transformer)
{
    private const int SheetColumns = 10;
    private const int SheetRows = 100;
    private const string ExportManifest = "manifest.json";
    private const string Unfinished = ".unfinished";

    /// <summary>The folder with a folder of images for each class.</summary>
    public string ImageFolder { get; } = ImageFolderOf(settings);

    /// <summary>The picture of the first classes' real and synthetic images.</summary>
    public string ContactSheetFile { get; } = Path.Combine(settings.Out, "contact-sheet.png");

    /// <summary>The numbers.</summary>
    public string ReportFile { get; } = Path.Combine(settings.Out, "report.json");

    private sealed class SyntheticRow
    {
        public string Label { get; set; } = "";

        [VectorType]
        public byte[] Image { get; set; } = [];

        [ColumnName("SynthesisScore")]
        public float Score { get; set; }
    }

    /// <summary>Makes sure, before any work, that the images will find their place.</summary>
    /// <exception cref="IOException">The folder for the images holds something else than those of an earlier
    /// run.</exception>
    public static void RequireFreeFolder(GenerateSettings settings)
    {
        var folder = ImageFolderOf(settings);
        if (Directory.Exists(folder) && !File.Exists(Path.Combine(folder, ExportManifest)))
            throw new IOException($"The folder '{folder}' holds something else than the images of an earlier run. "
                + "Choose another --out.");
    }

    /// <summary>
    /// Writes all of it, while no other run writes to the same folder, so that its parts are of one run.
    /// </summary>
    /// <param name="elapsed">How long the run took.</param>
    /// <param name="log">Told of a wait.</param>
    /// <param name="cancellation">Ends a wait.</param>
    /// <returns>The numbers.</returns>
    public GenerateReport Write(TimeSpan elapsed, Action<string> log, CancellationToken cancellation)
    {
        using var _ = FileLock.Take(Path.Combine(settings.Out, ".lock"), () => log($"Waiting for another run that "
            + $"writes its results to '{settings.Out}'."), cancellation);
        ExportImages();
        var first = new SortedDictionary<string, List<byte[]>>(StringComparer.Ordinal);
        var scores = new Dictionary<string, List<float>>(StringComparer.Ordinal);
        foreach (var row in new MLContext().Data.CreateEnumerable<SyntheticRow>(
            transformer.SyntheticOnly, reuseRowObject: false))
        {
            if (scores.TryAdd(row.Label, []) && first.Count < SheetRows)
                first.Add(row.Label, []);
            scores[row.Label].Add(row.Score);
            if (first.TryGetValue(row.Label, out var images) && images.Count < SheetColumns)
                images.Add(row.Image);
        }
        WriteSheet(first);
        var report = GenerateReport.Create(settings, shots, scores, transformer, elapsed);
        report.Write(ReportFile);
        return report;
    }

    // By moves alone, so that a run that is killed meanwhile leaves no part of a set under the name of a whole one.
    private void ExportImages()
    {
        DeleteUnfinished();
        var unfinished = UnfinishedFolder();
        transformer.ExportImages(unfinished);
        RequireFreeFolder(settings);
        if (Directory.Exists(ImageFolder))
            Directory.Move(ImageFolder, UnfinishedFolder());
        Directory.Move(unfinished, ImageFolder);
        DeleteUnfinished();
    }

    // Unique, because not every network file system has working locks.
    private string UnfinishedFolder() => $"{ImageFolder}.{Guid.NewGuid():N}{Unfinished}";

    // The set of an earlier run, and what killed ones left behind: this one has the lock.
    private void DeleteUnfinished()
    {
        foreach (var folder in Directory.GetDirectories(
            settings.Out, $"{Path.GetFileName(ImageFolder)}.*{Unfinished[1..]}"))
            Directory.Delete(folder, recursive: true);
    }

    private static string ImageFolderOf(GenerateSettings settings) => Path.Combine(settings.Out, "images");

    private void WriteSheet(SortedDictionary<string, List<byte[]>> synthetic)
    {
        var real = shots.ToLookup(shot => shot.ClassName);
        var rows = synthetic.Select(pair => new ContactSheetRow(
            [.. real[pair.Key].Take(SheetColumns).Select(shot => (Func<Image<Rgb24>>)(() => Open(shot)))],
            [.. pair.Value.Select(image => (Func<Image<Rgb24>>)(() => Decode(image)))])).ToList();
        if (rows.Count == 0)
            return;
        using var sheet = ContactSheet.Draw(rows);
        AtomicFile.Write(ContactSheetFile, stream => sheet.SaveAsPng(stream));
    }

    private Image<Rgb24> Open(ImageEntry shot) =>
        new BoundedImageDecoder(reading: settings.Reading()).TryDecode(shot, out var image, out var reason)
            ? image
            : throw new IOException($"'{shot.Name}' cannot be read any more: {reason}.");

    private static Image<Rgb24> Decode(byte[] image) =>
        BoundedImageDecoder.Default.TryDecode(image, out var decoded, out var reason)
            ? decoded : throw new InvalidDataException($"A synthetic image cannot be read: {reason}.");
}

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
        var version = typeof(GenerateReport).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!
            .InformationalVersion;
        return new GenerateReport(
            version, settings, transformer.StoreFolder, Math.Round(elapsed.TotalSeconds, 1), [.. classes]);
    }

    public void Write(string path) => SettingsFile.WriteJson(path, this);
}
