using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms.Image;
using MLNet.SynthAugment.Diffusion;
using MLNet.SynthAugment.Diffusion.Files;
using MLNet.SynthAugment.FewShot;
using MLNet.SynthAugment.Files;
using MLNet.SynthAugment.Logging;
using MLNet.SynthAugment.Methods;
using MLNet.SynthAugment.Models;
using MLNet.SynthAugment.Selection;
using MLNet.SynthAugment.Store;
using MLNet.SynthAugment.Synthesis;
using MLNet.SynthAugment.Views;

namespace MLNet.SynthAugment;

/// <summary>A transformer's folder: <c>transformer.json</c>, <c>store/</c> and <c>shots/</c>.</summary>
internal sealed record SavedTransformer(
    int Format, StoreSpecification Specification, string? ModelFolder, string? ClipFolder, string? ClipSha256,
    ImageSelection Selection, string Device, string Prefix,
    string LabelName, LabelType LabelType, string ImageName, ImageColumnKind ImageKind, ImageSize? ImageSize,
        IReadOnlyList<SavedTransformer.SavedClass> Classes)
{
    /// <summary>
    /// A class: its label's value as text, its shots' rows, how many of its synthetic images belong to the fitted data,
    /// and what the rows said of themselves (null in folders of earlier versions).
    /// </summary>
    public sealed record SavedClass(
        string Label, string Value, IReadOnlyList<long> Rows, long Images, IReadOnlyList<RowOrigin>? Origins = null);

    private const int CurrentFormat = 2;

    private static readonly JsonSerializerOptions s_json = new(StoreSpecification.Format) { WriteIndented = true };

    public static void Save(
        string folder, Synthesizer synthesizer, InputColumns columns, string prefix, IReadOnlyList<StoredImage> images)
    {
        PrepareFolder(folder);
        var options = synthesizer.Options;
        var classes = synthesizer.Classes.Select(
            found => new SavedClass(
            found.Label, LabelType.Format(found.LabelValue), [.. found.Shots.Select(shot => shot.Row)],
            images.LongCount(image => image.Label == found.Label), [.. found.Shots.Select(shot => shot.Origin)]));
        var saved = new SavedTransformer(
            CurrentFormat, synthesizer.Specification, options.Models.Diffusion?.Folder, options.Models.Clip?.Folder,
            synthesizer.ClipHash, options.Selection, options.Models.Device, prefix,
            columns.Label.Name, LabelType.Of(columns.Label), columns.Image.Name, columns.ImageKind,
                FewShot.ImageSize.Of(columns.Image.Type), [.. classes]);
        var shots = ShotsOf(folder);
        foreach (var shot in synthesizer.Classes.SelectMany(found => found.Shots))
            shot.CopyTo(shots);
        SynthesisStore.Copy(synthesizer.StoreFolder, StoreLayout.StoreInSaved(folder));
        // Last, so that a folder with this file is complete.
        AtomicFile.Write(StoreLayout.TransformerIn(folder), JsonSerializer.SerializeToUtf8Bytes(saved, s_json));
    }

    public static SynthesizeFewShotTransformer Load(
        IHost host, string folder, ISynthesisMethod? method, DiffusionModel? model, ImageTextModel? clip,
        SynthesisLog log)
    {
        // What it hands out holds also where the current folder is another.
        folder = Path.GetFullPath(folder);
        var saved = Read(folder);
        var synthesizer = saved.CreateSynthesizer(folder, saved.FindMethod(method), model, clip);
        var quotas = synthesizer.Classes.Zip(
            saved.Classes, (found, savedClass) => new ImageQuota(found, savedClass.Images, new HashSet<long>()))
            .ToList();
        var filled = synthesizer.Make(quotas, log, CancellationToken.None);
        var added = new AddedColumns(saved.Prefix, saved.LabelName, synthesizer.Labels);
        return new SynthesizeFewShotTransformer(host, synthesizer, filled, saved.CreateColumns(), added, fitted: null);
    }

    /// <summary>Whether a folder holds a saved transformer, sound or not.</summary>
    public static bool IsIn(string folder) => File.Exists(StoreLayout.TransformerIn(folder));

    /// <summary>The shots in a transformer's folder.</summary>
    public static ShotFolder ShotsOf(string folder) => new(StoreLayout.ShotsInSaved(folder));

    /// <summary>What a folder's <c>transformer.json</c> says; its store and shots are not looked at.</summary>
    /// <exception cref="InvalidDataException">There is none, or it is damaged or another version's.</exception>
    public static SavedTransformer Read(string folder)
    {
        var path = StoreLayout.TransformerIn(folder);
        if (!File.Exists(path))
            throw new InvalidDataException($"There is no saved transformer in '{folder}': it has no {StoreLayout.TransformerFile}.");
        try
        {
            var json = JsonNode.Parse(File.ReadAllBytes(path));
            var format = json?[nameof(Format)]?.GetValue<int>();
            return format == CurrentFormat
                ? json.Deserialize<SavedTransformer>(s_json) is { IsComplete: true } saved
                    ? saved : throw new JsonException("classes or shots are missing")
                : throw new InvalidDataException(
                    $"'{path}' is of format {format}; this version reads format {CurrentFormat}. "
                    + (format > CurrentFormat
                        ? "Update MLNet.SynthAugment."
                            : "An older version saved it: fit again and save the new transformer."));
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException($"'{path}' is damaged: {error.Message}", error);
        }
    }

    private bool IsComplete => Classes is not null && !Classes.Contains(null!)
        && Specification?.Classes is { } classes
            && classes.All(found => found?.Shots is { } shots && shots.All(shot => shot?.Image is not null));

    private ISynthesisMethod FindMethod(ISynthesisMethod? given)
    {
        var method = given ?? (SynthesisMethods.Find(Specification.Method) is { } kind
            ? (ISynthesisMethod)Specification.Settings.Deserialize(kind.Type, StoreSpecification.Format)!
            : throw new InvalidDataException(
                $"The transformer was saved with the method '{Specification.Method}', which is not one of this "
                    + "library's: give it to Load as the argument 'method'."));
        return method.Name == Specification.Method
            && JsonNode.DeepEquals(StoreSpecification.SettingsOf(method), Specification.Settings)
            ? method
            : throw new InvalidDataException(
                $"The transformer was saved with the method '{Specification.Method}' and the settings "
                    + $"{Specification.Settings.ToJsonString()}; the method given differs.");
    }

    private Synthesizer CreateSynthesizer(
        string folder, ISynthesisMethod method, DiffusionModel? model, ImageTextModel? clip)
    {
        var shots = ShotsOf(folder);
        if (Classes.Count != Specification.Classes.Count
            || Classes.Zip(Specification.Classes).Any(pair => pair.First.Rows.Count != pair.Second.Shots.Count
            || (pair.First.Origins is { } origins
                && (origins.Count != pair.First.Rows.Count || origins.Contains(null!)))))
            throw new InvalidDataException(
                $"'{StoreLayout.TransformerIn(folder)}' is damaged: the shots and their rows do not match.");
        var classes = Specification.Classes.Zip(
            Classes, (found, saved) => new ShotClass(found.Label, found.Name, LabelType.Parse(saved.Value),
            [.. found.Shots.Select((shot, i) => new Shot(saved.Rows[i], shot.Image, shots)
            {
                Caption = shot.Caption,
                MaskHash = shot.Mask,
                Origin = saved.Origins?[i] ?? RowOrigin.Unknown,
            })])).ToList();
        var precision = Specification.Precision is null
            ? Precision.Float32 : Enum.Parse<Precision>(Specification.Precision);
        var weights = Specification.Model is null ? null : model ?? DiffusionModel.At(ModelFolder!);
        var imageText = clip ?? (ClipFolder is null ? null : ImageTextModel.At(ClipFolder));
        var settings = new Synthesizer.Settings(
            method, new ModelChoice(weights, imageText, Device, precision), Selection, Specification.Seed,
            Specification.BatchSize);
        return new Synthesizer(settings, classes, Specification, ClipSha256, StoreLayout.StoreInSaved(folder));
    }

    private InputColumns CreateColumns()
    {
        var builder = new DataViewSchema.Builder();
        LabelType.AddTo(builder, LabelName);
        builder.AddColumn(ImageName, ImageKind switch
        {
            ImageColumnKind.Image => ImageSize is { } size
                ? new ImageDataViewType(size.Height, size.Width) : new ImageDataViewType(),
            ImageColumnKind.Path => TextDataViewType.Instance,
            _ => new VectorDataViewType(NumberDataViewType.Byte),
        });
        return InputColumns.Find(builder.ToSchema(), new InputColumnNames(LabelName, ImageName));
    }

    private static void PrepareFolder(string folder)
    {
        if (File.Exists(StoreLayout.TransformerIn(folder)))
        {
            File.Delete(StoreLayout.TransformerIn(folder));
            foreach (var part in new[] { StoreLayout.StoreInSaved(folder), StoreLayout.ShotsInSaved(folder) })
            {
                if (Directory.Exists(part))
                    Directory.Delete(part, recursive: true);
            }
        }
        else if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
        {
            throw new IOException($"The folder '{folder}' holds something else. Save the transformer to a new or "
                + "empty folder.");
        }
    }
}
