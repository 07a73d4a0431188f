using System.Text.Json.Serialization;
using MLNet.SynthAugment.Diffusion.Files;
using MLNet.SynthAugment.Trainers.Classifiers;
using MLNet.SynthAugment.Trainers.ClipModels;
using MLNet.SynthAugment.Trainers.ConvNets;
using MLNet.SynthAugment.Trainers.Scoring;

namespace MLNet.SynthAugment.Trainers;

/// <summary>
/// A classifier's folder: <c>classifier.json</c> and the weights. The network describes itself in JSON under the name
/// of its kind.
/// </summary>
internal sealed record SavedClassifier
{
    private const string FileName = "classifier.json";
    private const int CurrentFormat = 1;

    private static readonly JsonSerializerOptions s_json = new() { WriteIndented = true };

    // The kinds of networks, each with what loads it.
    private static readonly Dictionary<string, Func<SavedNetwork, ImageClassifier>> s_kinds = new()
    {
        [ClipClassifier.KindName] = ClipClassifier.Load,
        [ConvNetClassifier.KindName] = ConvNetClassifier.Load,
    };

    /// <summary>The version of this layout.</summary>
    public required int Format { get; init; }

    /// <summary>The column of the images.</summary>
    public required string ImageColumnName { get; init; }

    /// <summary>The folder that relative paths start from.</summary>
    public required string ImageFolder { get; init; }

    /// <summary>The largest image, in pixels, that is decoded.</summary>
    public required long MaxImagePixels { get; init; }

    /// <summary>The classes' names.</summary>
    public required IReadOnlyList<string> Classes { get; init; }

    /// <summary>The .NET name of the key values' type; null if there are none.</summary>
    public string? KeyValueType { get; init; }

    /// <summary>The key values as text; null if there are none.</summary>
    public IReadOnlyList<string>? KeyValues { get; init; }

    /// <summary>How images are turned. Before files said it, all were turned upright.</summary>
    public ImageOrientation ImageOrientation { get; init; } = ImageOrientation.Upright;

    /// <summary>
    /// What transparent images are composed on, as <c>#RRGGBB</c>. Before files said it, it was white.
    /// </summary>
    public string ImageGround { get; init; } = "#FFFFFF";

    /// <summary>The description of the network by the name of its kind.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement> Networks { get; init; } = new Dictionary<string, JsonElement>();

    public static void Save(string folder, RowScorer scorer)
    {
        PrepareFolder(folder);
        var classes = scorer.Classes;
        var saved = new SavedClassifier
        {
            Format = CurrentFormat,
            ImageColumnName = scorer.ImageColumnName,
            ImageFolder = scorer.ImageFolder,
            MaxImagePixels = scorer.MaxImagePixels,
            Classes = classes.Names,
            KeyValueType = classes.ValueType?.RawType.Name,
            KeyValues = classes.Values is null ? null : [.. classes.Values.Select(LabelType.Format)],
            ImageOrientation = scorer.Reading.Orientation,
            ImageGround = scorer.Reading.GroundName,
        };
        saved.Networks[scorer.Classifier.Kind] = JsonSerializer.SerializeToElement(scorer.Classifier.Save(folder));
        // Last, so that a folder with this file is complete.
        AtomicFile.Write(Path.Combine(folder, FileName), JsonSerializer.SerializeToUtf8Bytes(saved, s_json));
    }

    /// <exception cref="InvalidDataException">The folder holds no saved classifier, or a damaged one.</exception>
    public static RowScorer Load(
        string folder, ImageTextModel? model, string device, string? imageFolder, Action<string> log)
    {
        var path = Path.Combine(folder, FileName);
        var saved = Read(path);
        // Earlier versions wrote null for the other kinds.
        var (kind, description) = saved.Networks.FirstOrDefault(network =>
            network.Value.ValueKind == JsonValueKind.Object && s_kinds.ContainsKey(network.Key));
        if (kind is null)
            throw new InvalidDataException($"'{path}' is damaged: it names no network.");
        var classifier = s_kinds[kind](new SavedNetwork(folder, description, model, device, log));
        return new RowScorer(classifier, saved.CreateClasses(), saved.ImageColumnName, imageFolder ?? saved.ImageFolder,
            saved.MaxImagePixels, saved.ReadingOf(path));
    }

    private static SavedClassifier Read(string path)
    {
        if (!File.Exists(path))
            throw new InvalidDataException(
                $"There is no saved classifier in '{Path.GetDirectoryName(path)}': it has no {FileName}.");
        try
        {
            var json = JsonNode.Parse(File.ReadAllBytes(path));
            var format = json?[nameof(Format)]?.GetValue<int>();
            return format == CurrentFormat
                ? json.Deserialize<SavedClassifier>(s_json)!
                : throw new InvalidDataException(
                    $"'{path}' is of format {format}; this version reads format {CurrentFormat}. Update "
                        + "MLNet.SynthAugment, or train again.");
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException($"'{path}' is damaged: {error.Message}", error);
        }
    }

    private ImageReading ReadingOf(string path)
    {
        try
        {
            return new ImageReading { Orientation = ImageOrientation, Ground = ImageReading.ParseGround(ImageGround) };
        }
        catch (ArgumentException error)
        {
            throw new InvalidDataException($"'{path}' is damaged: {error.Message}", error);
        }
    }

    private ClassKeys CreateClasses()
    {
        if (KeyValueType is null || KeyValues is null)
            return new ClassKeys(Classes, null, null);
        var type = new LabelType(KeyValueType, null, null);
        return new ClassKeys(Classes, type.ToType(), [.. KeyValues.Select(type.Parse)]);
    }

    private static void PrepareFolder(string folder)
    {
        if (File.Exists(Path.Combine(folder, FileName)))
        {
            File.Delete(Path.Combine(folder, FileName));
            return;
        }
        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
            throw new IOException($"The folder '{folder}' holds something else. Save the classifier to a new or "
                + "empty folder.");
        Directory.CreateDirectory(folder);
    }
}
