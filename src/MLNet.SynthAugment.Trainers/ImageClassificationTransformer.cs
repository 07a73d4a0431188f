using MLNet.SynthAugment.Logging;
using MLNet.SynthAugment.Trainers.Scoring;
using MLNet.SynthAugment.Views;

namespace MLNet.SynthAugment.Trainers;

/// <summary>
/// Scores images, row by row: <c>Score</c> (the classes' probabilities, whose slot names are the labels) and
/// <c>PredictedLabel</c> (a key with the label's key values). It owns the network; dispose it, or the chain it is in,
/// when it is no longer needed.
/// </summary>
/// <remarks>
/// ML.NET cannot load other assemblies' models, so <c>mlContext.Model.Save</c> refuses a pipeline with this step: use
/// <see cref="Save"/> and <see cref="Load"/>.
/// </remarks>
public sealed class ImageClassificationTransformer : ITransformer, IDisposable
{
    private readonly RowScorer _scorer;

    internal ImageClassificationTransformer(RowScorer scorer) => _scorer = scorer;

    /// <summary>Rows map one to one.</summary>
    public bool IsRowToRowMapper => true;

    /// <summary>The classes in the order of the scores.</summary>
    public IReadOnlyList<string> ClassNames => _scorer.Classes.Names;

    /// <inheritdoc/>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return new ScoringMapper(inputSchema, _scorer).OutputSchema;
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The view has no such column of images.</exception>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new MappedDataView(input, GetRowToRowMapper(input.Schema));
    }

    /// <inheritdoc/>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return new ScoringMapper(inputSchema, _scorer);
    }

    /// <summary>
    /// Saves the classifier to a folder of its own. Of CLIP only the changes are kept; the model itself must stay where
    /// it is.
    /// </summary>
    /// <param name="folder">A new or empty folder, or one saved to before, which is replaced.</param>
    /// <exception cref="IOException">The folder holds something else, or cannot be written.</exception>
    public void Save(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        SavedClassifier.Save(folder, _scorer);
    }

    /// <summary>Loads what <see cref="Save"/> saved.</summary>
    /// <param name="context">The context, for the log.</param>
    /// <param name="folder">The folder.</param>
    /// <param name="model">The CLIP model's weights, if they are not where they were.</param>
    /// <param name="device"><c>auto</c>, <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>.</param>
    /// <param name="imageFolder">The folder that relative paths start from; null for the one at training.</param>
    /// <exception cref="InvalidDataException">The folder holds no saved classifier, another version's, or the CLIP
    /// model is another one.</exception>
    public static ImageClassificationTransformer Load(
        MLContext context, string folder, ImageTextModel? model = null, string device = "auto",
        string? imageFolder = null)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentException.ThrowIfNullOrEmpty(device);
        var host = ((IHostEnvironment)context).Register("ImageClassification");
        using var channel = host.Start("Load");
        return new ImageClassificationTransformer(
            SavedClassifier.Load(folder, model, device, imageFolder, new SynthesisLog(channel).Info));
    }

    /// <inheritdoc/>
    public void Dispose() => _scorer.Classifier.Dispose();

    // A model that silently came back without its scores would be worse than none.
    void ICanSaveModel.Save(ModelSaveContext ctx) =>
        throw new NotSupportedException(
            "ML.NET cannot load an image classifier of MLNet.SynthAugment from a model file. Save it with "
                + "ImageClassificationTransformer.Save(folder) and load it with ImageClassificationTransformer.Load.");
}
