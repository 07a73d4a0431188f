using MLNet.SynthAugment.FewShot;
using MLNet.SynthAugment.Files;
using MLNet.SynthAugment.Logging;
using MLNet.SynthAugment.Methods;
using MLNet.SynthAugment.Models;
using MLNet.SynthAugment.Selection;
using MLNet.SynthAugment.Synthesis;
using MLNet.SynthAugment.Views;

namespace MLNet.SynthAugment;

/// <summary>
/// Makes synthetic images from the few real ones of each class. <see cref="Fit"/> does all the work: it reads the
/// shots, adapts the diffusion model to them, makes the images and keeps them in a store. The transformer appends them
/// to the rows that were given to <see cref="Fit"/>.
/// </summary>
/// <remarks>
/// Added columns: <c>IsSynthetic</c> (Boolean), <c>ExampleWeight</c> (Single), <c>SourceId</c> (text: the row that an
/// image leans on, counted from 0; <c>class:LABEL</c> if it leans on all shots of its class; empty in rows that were
/// not fitted on), <c>SynthesisPrompt</c> (text), <c>SynthesisSeed</c> (Int64), <c>SynthesisScore</c> (Single, NaN if
/// not measured), <c>SoftLabel</c> (a vector of Single: how much a row belongs to each class, in the order of its slot
/// names, the labels). In synthetic rows, input columns other than label and image hold their type's missing value.
/// Rows whose image cannot be read are named in the log and left out of the expanded view. Split the data before
/// <see cref="Fit"/>: synthetic rows carry what was learnt from all shots, so that a split of the expanded view leaks
/// into its test part (a method whose images lean on one shot each can be split with <c>samplingKeyColumnName:
/// "SourceId"</c>).
/// </remarks>
public sealed partial class SynthesizeFewShotEstimator : IEstimator<SynthesizeFewShotTransformer>
{
    private readonly IHost _host;
    private readonly Options _options;

    internal SynthesizeFewShotEstimator(IHostEnvironment environment, Options options)
    {
        options.Validate();
        _host = environment.Register("SynthesizeFewShot");
        _options = options.Clone();
    }

    /// <summary>Reads the shots, and makes the images that the store does not hold yet.</summary>
    /// <param name="input">The training view; the transformer will expand its rows, in whatever view they are, and no
    /// others.</param>
    /// <exception cref="ArgumentException">
    /// A column is missing or of an unsupported type, or one of the data's own has the name of an added one and another
    /// type.
    /// </exception>
    /// <exception cref="InvalidOperationException">A class has no readable image, or the device is not
    /// there.</exception>
    /// <exception cref="TrainingDivergedException">A method's training overflowed; the catcher owns what the exception
    /// holds.</exception>
    /// <exception cref="OperationCanceledException"><see cref="Options.CancellationToken"/> was cancelled.</exception>
    public SynthesizeFewShotTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        using var channel = _host.Start("Fit");
        var log = new SynthesisLog(channel, _options.Progress);
        var columns = InputColumns.Find(input.Schema, _options.ColumnNames);
        new AddedColumns(_options.AddedColumnPrefix, _options.LabelColumnName, []).Check(input.Schema);
        var root = _options.StoreFolder ?? StoreLayout.DefaultRoot();
        var decoder = CreateDecoder();
        var shots = new FewShotReader(
            columns, new ShotFolder(StoreLayout.ShotsIn(root)), decoder, CreateMaskDecoder(),
            _options.ImageFolder ?? "", _options.ClassNames, log.Warn, _options.CancellationToken).Read(input);
        decoder.Counts.Tell(decoder.Reading, log);
        log.Info($"{shots.Classes.Count} classes with {shots.Classes.Sum(found => found.Shots.Count)} images in "
            + $"{shots.Rows.Count} rows.");
        var labels = shots.Classes.Select(found => found.Label).ToList();
        var added = new AddedColumns(_options.AddedColumnPrefix, columns.Label.Name, labels);
        // Once more, as the labels are the soft label's slots.
        added.Check(input.Schema);
        var settings = CreateSettings();
        TellWhatIsIgnored(settings.Method, columns, log.Warn);
        var synthesizer = Synthesizer.Create(settings, shots.Classes, root);
        var filled = synthesizer.Make(Quotas(shots), log, _options.CancellationToken);
        var names = _options.ColumnNames with { Caption = null, Mask = null };
        var fitted = new FittedRows(input, shots.Rows, new RowReader(names, _options.ImageFolder ?? "", CreateDecoder))
        {
            RealLossWeight = _options.RealLossWeight,
            OwnColumns = added.OwnNames(input.Schema),
        };
        return new SynthesizeFewShotTransformer(_host, synthesizer, filled, columns, added, fitted);
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        SchemaShapes.Check(inputSchema, _options.ColumnNames);
        return SchemaShapes.Append(
            inputSchema, new AddedColumns(_options.AddedColumnPrefix, _options.LabelColumnName, []));
    }

    private Synthesizer.Settings CreateSettings()
    {
        var model = _options.Model ?? DiffusionModel.Embedded;
        var method = _options.Method ?? SynthesisMethods.DefaultFor(model).CreateFor(model);
        var models = new ModelChoice(method.UsesDiffusionModel ? model : null,
            _options.Clip ?? (model.IsEmbedded ? ImageTextModel.Embedded : null), _options.Device, _options.Precision);
        return new Synthesizer.Settings(
            method, models, _options.Selection ?? ImageSelection.None, _options.Seed, _options.BatchSize);
    }

    private ImageDecoder CreateDecoder() => new(_options.MaxImagePixels, _options.Reading);

    // What is transparent in a mask is no object.
    private ImageDecoder CreateMaskDecoder() =>
        new(_options.MaxImagePixels, _options.Reading with { Ground = Color.Black });

    private void TellWhatIsIgnored(ISynthesisMethod method, InputColumns columns, Action<string> warn)
    {
        if (_options.ImageOrientation == ImageOrientation.Upright && columns.ImageKind == ImageColumnKind.Image)
        {
            warn($"Column '{columns.Image.Name}' holds decoded images, which do not say how they lie: "
                + "Options.ImageOrientation turns none of them.");
        }
        var ignored = new List<string>();
        if (_options.MaskColumnName is { } masks && !method.UsesMasks)
            ignored.Add($"the masks of column '{masks}'");
        if (_options.CaptionColumnName is { } captions && !method.UsesCaptions)
            ignored.Add($"the captions of column '{captions}'");
        if (ignored.Count > 0)
            warn($"The method '{method.Name}', as it is set, does not look at {string.Join(" and ", ignored)}.");
    }

    private IReadOnlyList<ImageQuota> Quotas(FewShotSet shots)
    {
        var largest = shots.Classes.Max(found => found.Shots.Count);
        return [.. shots.Classes.Select(
            found => new ImageQuota(
            found, _options.ImagesPerClass + (_options.Balance ? largest - found.Shots.Count : 0),
            new HashSet<long>()))];
    }
}
