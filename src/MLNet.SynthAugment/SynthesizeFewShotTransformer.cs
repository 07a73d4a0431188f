using MLNet.SynthAugment.Diffusion.Lora;
using MLNet.SynthAugment.Exports;
using MLNet.SynthAugment.FewShot;
using MLNet.SynthAugment.Files;
using MLNet.SynthAugment.Logging;
using MLNet.SynthAugment.Methods;
using MLNet.SynthAugment.Selection;
using MLNet.SynthAugment.Store;
using MLNet.SynthAugment.Synthesis;
using MLNet.SynthAugment.Views;

namespace MLNet.SynthAugment;

/// <summary>
/// Appends synthetic rows to the rows that were given to <see cref="SynthesizeFewShotEstimator.Fit"/>, and to no
/// others: test data, held-out folds and single predictions keep their own rows and get the added columns of real rows.
/// Rows are known again by what they hold, their labels and images.
/// </summary>
/// <remarks>
/// In a pipeline saved with <c>mlContext.Model.Save</c> transforms of ML.NET's own take this step's place, which add
/// its columns to the rows to be scored. To keep the synthetic images and what was learnt, use <see cref="Save"/> and
/// <see cref="Load"/>.
/// </remarks>
public sealed class SynthesizeFewShotTransformer : ITransformer
{
    private readonly IHost _host;
    private readonly Synthesizer _synthesizer;
    private readonly DataViewSchema _schema;
    private readonly InputColumns _columns;
    private readonly AddedColumns _added;
    private readonly FittedRows? _fitted;
    private readonly IReadOnlyList<StoredImage> _images;
    private readonly Dictionary<string, HashSet<long>> _given;
    private readonly Lock _synthesis = new();

    /// <param name="host">For the log.</param>
    /// <param name="synthesizer">Makes further images.</param>
    /// <param name="filled">The images.</param>
    /// <param name="columns">The label and image columns of the data.</param>
    /// <param name="added">The added columns.</param>
    /// <param name="fitted">The rows that were fitted on; null if none were, but the transformer was loaded.</param>
    internal SynthesizeFewShotTransformer(
        IHost host, Synthesizer synthesizer, FilledStore filled, InputColumns columns, AddedColumns added,
        FittedRows? fitted)
    {
        _host = host;
        _synthesizer = synthesizer;
        _images = filled.Images;
        Rejected = RejectedImage.Of(filled.Rejected, filled.Images);
        _added = added;
        _fitted = fitted;
        var builder = new DataViewSchema.Builder();
        builder.AddColumns([columns.Label, columns.Image]);
        _schema = builder.ToSchema();
        _columns = InputColumns.Find(_schema, new InputColumnNames(columns.Label.Name, columns.Image.Name));
        _given = synthesizer.Classes.ToDictionary(
            found => found.Label, found =>
            _images.Where(image => image.Label == found.Label).Select(image => image.Index).ToHashSet());
    }

    /// <summary>Rows map one to one, but for those that were fitted on.</summary>
    public bool IsRowToRowMapper => true;

    /// <summary>The folder with the synthetic images: <c>manifest.db</c> and <c>images/CLASS/INDEX.png</c>.</summary>
    public string StoreFolder => _synthesizer.StoreFolder;

    /// <summary>The synthetic rows alone: label, image and the added columns. Each read gives a new view.</summary>
    public IDataView SyntheticOnly => CreateSyntheticView(_images);

    /// <summary>
    /// The candidates that the selection rejected, in the latest <see cref="SynthesizeFewShotEstimator.Fit"/>,
    /// <see cref="Load"/> or <see cref="Synthesize"/>; empty without a selection.
    /// </summary>
    public IReadOnlyList<RejectedImage> Rejected { get; private set; }

    /// <inheritdoc/>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return _added.AppendTo(inputSchema);
    }

    /// <summary>
    /// Expands the rows that were fitted on, in whatever view and order they are; gives any other rows back with the
    /// added columns of real rows. To tell the one from the other it reads labels and images up to the first row that
    /// was not fitted on. The log says how many rows were appended, or why none.
    /// </summary>
    /// <param name="input">The data.</param>
    /// <exception cref="ArgumentException">The data have a column of their own with the name of an added one and of
    /// another type.</exception>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        _added.Check(input.Schema);
        using var channel = _host.Start("Transform");
        var log = new SynthesisLog(channel);
        var (rows, whyNot) = _fitted is null
            ? (null, "this step was loaded from a folder, not fitted") : _fitted.Recognise(input);
        if (rows is null)
        {
            log.Info($"Appended no synthetic rows: {whyNot}. They are appended to exactly the rows that were "
                + "fitted on.");
            return new MappedDataView(input, GetRowToRowMapper(input.Schema));
        }
        log.Info($"Appended {_images.Count} synthetic rows to the {rows.Count} rows that were fitted on.");
        return Expand(input, rows, _fitted!.RealLossWeight);
    }

    /// <inheritdoc/>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return new RealRowMapper(inputSchema, _added);
    }

    /// <summary>Makes further images of every class, beyond those of Fit and of earlier calls.</summary>
    /// <param name="imagesPerClass">How many for each class; at least 1.</param>
    /// <param name="cancellationToken">Stops the work; what was made is kept.</param>
    /// <returns>The new synthetic rows: label, image and the added columns.</returns>
    /// <exception cref="InvalidDataException">The model's weights are no longer those of Fit.</exception>
    public IDataView Synthesize(int imagesPerClass, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(imagesPerClass, 1);
        using var channel = _host.Start("Synthesize");
        lock (_synthesis)
        {
            var quotas = _synthesizer.Classes.Select(
                found => new ImageQuota(found, imagesPerClass, _given[found.Label])).ToList();
            var filled = _synthesizer.Make(quotas, new SynthesisLog(channel), cancellationToken);
            foreach (var image in filled.Images)
                _given[image.Label].Add(image.Index);
            Rejected = RejectedImage.Of(filled.Rejected, filled.Images);
            return CreateSyntheticView(filled.Images);
        }
    }

    /// <summary>
    /// Saves the synthetic images, what the method learnt, the shots and all settings to a folder of their own.
    /// </summary>
    /// <param name="folder">A new or empty folder, or one saved to before, which is replaced.</param>
    /// <exception cref="IOException">The folder holds something else, or cannot be written.</exception>
    public void Save(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        lock (_synthesis)
            ExportErrors.Guard(folder,
                () => SavedTransformer.Save(folder, _synthesizer, _columns, _added.Prefix, _images));
    }

    /// <summary>
    /// Writes the synthetic images as a tree that other tools read: <c>CLASS/NUMBER.png</c>, and <c>manifest.csv</c>
    /// and <c>manifest.json</c> with the provenance of each. A folder's name is its label where that is safe on every
    /// file system.
    /// </summary>
    /// <param name="folder">A new or empty folder.</param>
    /// <exception cref="IOException">The folder is not empty, or cannot be written.</exception>
    public void ExportImages(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ExportErrors.Guard(folder, () => new ImageExport(_images, _synthesizer.Specification).WriteFolder(folder));
    }

    /// <summary>Writes what <see cref="ExportImages"/> writes into a zip file. Equal images give equal files.</summary>
    /// <param name="path">The zip file; one that is there is replaced.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void ExportZip(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ExportErrors.Guard(path, () => new ImageExport(_images, _synthesizer.Specification).WriteZip(path));
    }

    /// <summary>Writes the LoRA adapter that the synthetic images were made with, as other tools read it.</summary>
    /// <param name="path">The safetensors file.</param>
    /// <param name="format">How its tensors are named; PEFT's names if null.</param>
    /// <param name="label">The class whose adapter is wanted, if each has one of its own; null if all images come from
    /// one.</param>
    /// <exception cref="ArgumentException">There is no class of the label.</exception>
    /// <exception cref="InvalidOperationException">The images were made without a LoRA adapter, or with
    /// several.</exception>
    public void ExportAdapter(string path, LoraFormat? format = null, string? label = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (label is not null && !_given.ContainsKey(label))
            throw new ArgumentException(
                $"There is no class '{label}'. The classes are: "
                    + $"{string.Join(", ", _given.Keys.Select(found => $"'{found}'"))}.", nameof(label));
        var images = label is null ? _images : [.. _images.Where(image => image.Label == label)];
        using var adapter = AdapterExport.Open(StoreLayout.StateOf(StoreFolder), images, label);
        ExportErrors.Guard(path, () => adapter.Save(path, format));
    }

    /// <summary>
    /// Writes the seeds that <see cref="Methods.SeedSelect"/> found or replayed, as safetensors files that
    /// <see cref="Methods.SeedSelect.Replay"/> makes images of again.
    /// </summary>
    /// <param name="folder">A new or empty folder.</param>
    /// <exception cref="InvalidOperationException">The images were made without such seeds.</exception>
    /// <exception cref="IOException">The folder is not empty, or cannot be written.</exception>
    public void ExportSeeds(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ExportErrors.Guard(folder, () => SeedExport.Copy(StoreLayout.StateOf(StoreFolder), _images, folder));
    }

    /// <summary>
    /// Writes the tokens that textual inversion found for the classes (<see cref="Methods.DAFusion"/>), as safetensors
    /// files that diffusers and A1111 read: a file a class, in which the token has the name that the images' prompts
    /// say.
    /// </summary>
    /// <param name="folder">A new or empty folder.</param>
    /// <exception cref="InvalidOperationException">The images were made without such tokens.</exception>
    /// <exception cref="IOException">The folder is not empty, or cannot be written.</exception>
    public void ExportTokens(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ExportErrors.Guard(folder, () => TokenExport.Copy(StoreLayout.StateOf(StoreFolder), _images, folder));
    }

    /// <summary>
    /// Loads what <see cref="Save"/> saved. As no view was fitted on, <see cref="Transform"/> expands none.
    /// </summary>
    /// <param name="context">The context, for the log.</param>
    /// <param name="folder">The folder.</param>
    /// <param name="method">The method, if it is not one of this library's; with the settings it was saved
    /// with.</param>
    /// <param name="model">The model's weights, if they are not where they were; needed only for
    /// <see cref="Synthesize"/>.</param>
    /// <param name="clip">The CLIP model's weights, if they are not where they were; needed only for
    /// <see cref="Synthesize"/>.</param>
    /// <exception cref="InvalidDataException">The folder holds no saved transformer, another version's, or another
    /// method's or model's.</exception>
    public static SynthesizeFewShotTransformer Load(
        MLContext context, string folder, ISynthesisMethod? method = null, DiffusionModel? model = null,
        ImageTextModel? clip = null)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        var host = ((IHostEnvironment)context).Register("SynthesizeFewShot");
        using var channel = host.Start("Load");
        return SavedTransformer.Load(host, folder, method, model, clip, new SynthesisLog(channel));
    }

    // A third party's loader cannot be registered with ML.NET.
    void ICanSaveModel.Save(ModelSaveContext ctx) =>
        ((ICanSaveModel)ScoringColumns.Create(
            _schema, _columns, _added, _synthesizer.Classes, _fitted?.OwnColumns ?? new HashSet<string>())).Save(ctx);

    private ExpandedDataView Expand(IDataView input, IReadOnlyList<FewShotRow> rows, double realLossWeight)
    {
        var columns = InputColumns.Find(input.Schema, new InputColumnNames(_columns.Label.Name, _columns.Image.Name));
        var leftOut = rows.Where(row => row.IsLeftOut).Select(row => row.Number).ToHashSet();
        var realCount = rows.Count - leftOut.Count;
        var synthetic = new SyntheticRows(_images, [.. rows.Where(row => row.ImageHash is not null)], columns);
        return new ExpandedDataView(
            input, realCount, leftOut, synthetic, ExampleWeights.Create(realLossWeight, realCount, _images.Count),
            _added);
    }

    private ExpandedDataView CreateSyntheticView(IReadOnlyList<StoredImage> images) =>
        new(new EmptyDataView(_schema), 0, new HashSet<long>(),
        new SyntheticRows(images, [.. _synthesizer.Classes.SelectMany(found => found.Rows)], _columns),
            new ExampleWeights(1, 1), _added);
}
