using System.Text.Json.Nodes;
using Microsoft.ML.Transforms.Image;
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
/// <param name="Format">The version of the file.</param>
/// <param name="Specification">What the images follow from, but for the classes, which are told below.</param>
/// <param name="Models">The models, by their folders.</param>
/// <param name="Selection">Which images are accepted.</param>
/// <param name="Columns">The columns of the data.</param>
/// <param name="Classes">The classes.</param>
internal sealed record SavedTransformer(
    int Format, StoreSpecification Specification, SavedTransformer.SavedModels Models, ImageSelection Selection,
    SavedTransformer.SavedColumns Columns, IReadOnlyList<SavedTransformer.SavedClass> Classes)
{
    /// <summary>The models: folders are null where none is used.</summary>
    public sealed record SavedModels(string? Folder, string? ClipFolder, string? ClipSha256, string Device);

    /// <summary>The label and image columns, and what is put before the names of the added ones.</summary>
    public sealed record SavedColumns(
        string Label, LabelType LabelType, string Image, ImageColumnKind ImageKind, ImageSize? ImageSize,
            string Prefix);

    /// <summary>
    /// A class: its name, its label's value as text, its shots, and how many of its synthetic images belong to the
    /// fitted data.
    /// </summary>
    public sealed record SavedClass(
        string Label, string Name, string Value, IReadOnlyList<SavedShot> Shots, long Images);

    /// <summary>A shot: what identifies it, its row, and what the row said of itself.</summary>
    public sealed record SavedShot(StoreSpecification.ShotContent Content, long Row, RowOrigin Origin);

    private const int CurrentFormat = 3;

    private static readonly JsonSerializerOptions s_json = new(StoreSpecification.Format) { WriteIndented = true };

    public static void Save(
        string folder, Synthesizer synthesizer, InputColumns columns, string prefix, IReadOnlyList<StoredImage> images)
    {
        PrepareFolder(folder);
        var options = synthesizer.Options;
        var models = new SavedModels(options.Models.Diffusion?.Folder, options.Models.Clip?.Folder,
            synthesizer.ClipHash, options.Models.Device);
        var columnsToSave = new SavedColumns(columns.Label.Name, LabelType.Of(columns.Label), columns.Image.Name,
            columns.ImageKind, ImageSize.Of(columns.Image.Type), prefix);
        var classes = synthesizer.Classes.Zip(synthesizer.Specification.Classes, (shotClass, content) => new SavedClass(
            shotClass.Label, shotClass.Name, LabelType.Format(shotClass.LabelValue),
            [.. shotClass.Shots.Zip(content.Shots, (shot, what) => new SavedShot(what, shot.Row, shot.Origin))],
            images.LongCount(image => image.Label == shotClass.Label)));
        var saved = new SavedTransformer(CurrentFormat, synthesizer.Specification with { Classes = [] }, models,
            options.Selection, columnsToSave, [.. classes]);
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
            saved.Classes, (shotClass, savedClass) => new ImageQuota(
                shotClass, savedClass.Images, new HashSet<long>())).ToList();
        var filled = synthesizer.Make(quotas, log, CancellationToken.None);
        var added = new AddedColumns(saved.Columns.Prefix, saved.Columns.Label, synthesizer.Labels);
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
            throw new InvalidDataException(
                $"There is no saved transformer in '{folder}': it has no {StoreLayout.TransformerFile}.");
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

    private bool IsComplete => Specification is not null && Models is not null && Selection is not null
        && Columns?.LabelType is not null && Classes is not null && Classes.All(saved => saved?.Shots is { } shots
            && shots.All(shot => shot?.Content?.Image is not null && shot.Origin is not null));

    private ISynthesisMethod FindMethod(ISynthesisMethod? given)
    {
        var method = given ?? (SynthesisMethods.Find(Specification.Method) is { } kind
            ? (ISynthesisMethod)Specification.Settings.Deserialize(kind.Type, StoreSpecification.Format)!
            : throw new InvalidDataException(
                $"The transformer was saved with the method '{Specification.Method}', which is not one of this "
                    + "library's: give it to Load as the argument 'method'."));
        method.Validate();
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
        var classes = Classes.Select(saved => new ShotClass(
            saved.Label, saved.Name, Columns.LabelType.Parse(saved.Value),
            [.. saved.Shots.Select(shot => new Shot(shot.Row, shot.Content.Image, shots)
            {
                Caption = shot.Content.Caption,
                MaskHash = shot.Content.Mask,
                Origin = shot.Origin,
            })])).ToList();
        var specification = Specification with
        {
            Classes = [.. Classes.Select(saved => new StoreSpecification.ClassShots(
                saved.Label, saved.Name, [.. saved.Shots.Select(shot => shot.Content)]))],
        };
        var precision = Specification.Precision is null
            ? Precision.Float32 : Enum.Parse<Precision>(Specification.Precision);
        var weights = Specification.Model is null ? null : model ?? DiffusionModel.At(Models.Folder!);
        var imageText = clip ?? (Models.ClipFolder is null ? null : ImageTextModel.At(Models.ClipFolder));
        var settings = new Synthesizer.Settings(
            method, new ModelChoice(weights, imageText, Models.Device, precision), Selection, Specification.Seed,
            Specification.BatchSize);
        return new Synthesizer(
            settings, classes, specification, Models.ClipSha256, StoreLayout.StoreInSaved(folder));
    }

    private InputColumns CreateColumns()
    {
        var builder = new DataViewSchema.Builder();
        Columns.LabelType.AddTo(builder, Columns.Label);
        builder.AddColumn(Columns.Image, Columns.ImageKind switch
        {
            ImageColumnKind.Image => Columns.ImageSize is { } size
                ? new ImageDataViewType(size.Height, size.Width) : new ImageDataViewType(),
            ImageColumnKind.Path => TextDataViewType.Instance,
            _ => new VectorDataViewType(NumberDataViewType.Byte),
        });
        return InputColumns.Find(builder.ToSchema(), new InputColumnNames(Columns.Label, Columns.Image));
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
