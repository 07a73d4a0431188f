using Microsoft.ML.Runtime;

namespace MLNet.SynthAugment.Evaluation;

/// <summary>
/// Measures synthetic images beside real ones, from <c>mlContext.SyntheticImages()</c>. Columns hold images, whose
/// features a CLIP model gives, or feature vectors of any kind. The order of rows changes nothing.
/// </summary>
/// <remarks>
/// <see cref="EvaluationOptions.Metrics"/> says what is measured. To take metrics one by one, read the features once by
/// <see cref="ReadFeatures"/> and give them to <see cref="FrechetDistance.Compute(IReadOnlyList{float[]},
/// IReadOnlyList{float[]})"/> and the others.
/// </remarks>
public sealed class SyntheticImagesCatalog
{
    private readonly IHost _host;

    internal SyntheticImagesCatalog(IHostEnvironment environment) => _host = environment.Register("SyntheticImages");

    /// <summary>Takes all metrics of images.</summary>
    /// <param name="real">Real rows: the shots, where near copies matter; for the other metrics the more the
    /// better.</param>
    /// <param name="synthetic">Synthetic rows with the same columns, such as
    /// <see cref="SynthesizeFewShotTransformer.SyntheticOnly"/>.</param>
    /// <param name="labelColumnName">The class of a row; null if nothing is known of classes.</param>
    /// <param name="imageColumnName">The image of a row.</param>
    /// <param name="clip">The CLIP model; <see cref="ImageTextModel.Embedded"/> if null.</param>
    /// <exception cref="ArgumentException">A column is missing or of an unsupported type, there are no rows, or a
    /// feature is not finite.</exception>
    public SyntheticImageMetrics Evaluate(
        IDataView real, IDataView synthetic, string? labelColumnName = "Label", string imageColumnName = "Image",
        ImageTextModel? clip = null) =>
        Evaluate(real, synthetic, new EvaluationOptions
        { LabelColumnName = labelColumnName, ImageColumnName = imageColumnName, Clip = clip });

    /// <summary>Takes the metrics of <see cref="EvaluationOptions.Metrics"/>.</summary>
    /// <inheritdoc cref="Evaluate(IDataView, IDataView, string, string, ImageTextModel)"/>
    /// <param name="real">Real rows.</param>
    /// <param name="synthetic">Synthetic rows with the same columns.</param>
    /// <param name="options">All options.</param>
    /// <exception cref="OperationCanceledException"><see cref="EvaluationOptions.CancellationToken"/> was
    /// cancelled.</exception>
    public SyntheticImageMetrics Evaluate(IDataView real, IDataView synthetic, EvaluationOptions options)
    {
        using var run = new EvaluationRun(_host, options);
        return run.Measure(real, synthetic);
    }

    /// <summary>The features of a view's rows, computed in batches, for metrics that are taken one by one.</summary>
    /// <param name="view">The rows. Those whose image cannot be read are named in the log and left out.</param>
    /// <param name="options">Names the columns and the CLIP model.</param>
    /// <exception cref="ArgumentException">A column is missing or of an unsupported type, there are no rows, or a
    /// feature is not finite.</exception>
    public LabelledFeatures ReadFeatures(IDataView view, EvaluationOptions options)
    {
        using var run = new EvaluationRun(_host, options);
        return run.Read(view, "The data");
    }
}

/// <summary>Adds <c>SyntheticImages</c> to <c>mlContext</c>.</summary>
public static class SyntheticImagesExtensions
{
    /// <summary>Measures synthetic images beside real ones.</summary>
    /// <param name="mlContext">Its log receives warnings and progress.</param>
    public static SyntheticImagesCatalog SyntheticImages(this MLContext mlContext)
    {
        ArgumentNullException.ThrowIfNull(mlContext);
        return new SyntheticImagesCatalog(mlContext);
    }
}
