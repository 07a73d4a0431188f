using System.Text.Json;
using System.Text.Json.Nodes;
using MLNet.SynthAugment.Diffusion;
using MLNet.SynthAugment.Diffusion.Files;
using MLNet.SynthAugment.Diffusion.Images;
using MLNet.SynthAugment.FewShot;
using MLNet.SynthAugment.Trainers.Classifiers;
using MLNet.SynthAugment.Trainers.ClipModels;
using MLNet.SynthAugment.Trainers.ConvNets;
using MLNet.SynthAugment.Trainers.Scoring;

namespace MLNet.SynthAugment.Trainers;

/// <summary>A classifier's folder: <c>classifier.json</c> and the weights.</summary>
/// <param name="Format">The version of this layout.</param>
/// <param name="ImageColumnName">The column of the images.</param>
/// <param name="ImageFolder">The folder that relative paths start from.</param>
/// <param name="MaxImagePixels">The largest image that is decoded.</param>
/// <param name="Classes">The classes' names.</param>
/// <param name="KeyValueType">The .NET name of the key values' type; null if there are none.</param>
/// <param name="KeyValues">The key values as text; null if there are none.</param>
/// <param name="Clip">What a CLIP classifier is made of; null for a convolutional network.</param>
/// <param name="ConvNet">The shape of a convolutional network; null for CLIP.</param>
/// <param name="ImageOrientation">How images are turned. Before files said it, all were turned upright.</param>
/// <param name="ImageGround">What transparent images are composed on, as <c>#RRGGBB</c>. Before files said it, it was
/// white.</param>
internal sealed record SavedClassifier(int Format, string ImageColumnName, string ImageFolder, long MaxImagePixels,
    IReadOnlyList<string> Classes, string? KeyValueType, IReadOnlyList<string>? KeyValues, SavedClip? Clip,
    ConvNetShape? ConvNet, ImageOrientation ImageOrientation = ImageOrientation.Upright, string ImageGround = "#FFFFFF")
{
    private const string FileName = "classifier.json";
    private const int CurrentFormat = 1;

    private static readonly JsonSerializerOptions s_json = new() { WriteIndented = true };

    public static void Save(string folder, RowScorer scorer)
    {
        PrepareFolder(folder);
        var classes = scorer.Classes;
        var saved = new SavedClassifier(
            CurrentFormat, scorer.ImageColumnName, scorer.ImageFolder, scorer.MaxImagePixels,
            classes.Names, classes.ValueType?.RawType.Name, classes.Values is null
                ? null : [.. classes.Values.Select(LabelType.Format)],
            (scorer.Classifier as ClipClassifier)?.Save(folder), (scorer.Classifier as ConvNetClassifier)?.Save(folder),
            scorer.Reading.Orientation, scorer.Reading.GroundName);
        // Last, so that a folder with this file is complete.
        AtomicFile.Write(Path.Combine(folder, FileName), JsonSerializer.SerializeToUtf8Bytes(saved, s_json));
    }

    public static RowScorer Load(
        string folder, ImageTextModel? model, string device, string? imageFolder, Action<string> log)
    {
        var path = Path.Combine(folder, FileName);
        var saved = Read(path);
        ImageClassifier classifier = saved switch
        {
            { Clip: { } clip } => ClipClassifier.Load(folder, clip, model, device, log),
            { ConvNet: { } shape } => ConvNetClassifier.Load(folder, shape, ComputeDevice.Select(device, log)),
            _ => throw new InvalidDataException($"'{path}' is damaged: it names no network."),
        };
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
