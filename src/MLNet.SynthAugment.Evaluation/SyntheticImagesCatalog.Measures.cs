using Microsoft.ML;

namespace MLNet.SynthAugment.Evaluation;

public sealed partial class SyntheticImagesCatalog
{
    private const string Features = "Features";
    private const string Label = "Label";
    private const string Image = "Image";

    /// <summary>FID of two views; see <see cref="Evaluation.FrechetDistance"/>.</summary>
    /// <param name="real">At least 2 real rows.</param>
    /// <param name="synthetic">At least 2 synthetic rows.</param>
    /// <param name="featureColumnName">A column of feature vectors.</param>
    /// <exception cref="ArgumentException">A column is missing or of an unsupported type, there are too few rows, or a
    /// feature is not finite.</exception>
    public double FrechetDistance(IDataView real, IDataView synthetic, string featureColumnName = Features) =>
        FrechetDistance(real, synthetic, Of(featureColumnName));

    /// <inheritdoc cref="FrechetDistance(IDataView, IDataView, string)"/>
    /// <param name="real">At least 2 real rows.</param>
    /// <param name="synthetic">At least 2 synthetic rows.</param>
    /// <param name="options">All options.</param>
    public double FrechetDistance(IDataView real, IDataView synthetic, EvaluationOptions options) =>
        MeasureUnlabelled(real, synthetic, options, Evaluation.FrechetDistance.Compute);

    /// <summary>KID of two views; see <see cref="Evaluation.KernelDistance"/>.</summary>
    /// <param name="real">At least 3 real rows.</param>
    /// <param name="synthetic">At least 3 synthetic rows.</param>
    /// <param name="featureColumnName">A column of feature vectors.</param>
    /// <exception cref="ArgumentException">A column is missing or of an unsupported type, there are too few rows, or a
    /// feature is not finite.</exception>
    public MmdEstimate KernelDistance(IDataView real, IDataView synthetic, string featureColumnName = Features) =>
        KernelDistance(real, synthetic, Of(featureColumnName));

    /// <inheritdoc cref="KernelDistance(IDataView, IDataView, string)"/>
    /// <param name="real">At least 3 real rows.</param>
    /// <param name="synthetic">At least 3 synthetic rows.</param>
    /// <param name="options">All options.</param>
    public MmdEstimate KernelDistance(IDataView real, IDataView synthetic, EvaluationOptions options) =>
        MeasureUnlabelled(real, synthetic, options, Evaluation.KernelDistance.Compute);

    /// <summary>CMMD of two views; see <see cref="Evaluation.ClipDiscrepancy"/>.</summary>
    /// <param name="real">At least 3 real rows.</param>
    /// <param name="synthetic">At least 3 synthetic rows.</param>
    /// <param name="featureColumnName">A column of CLIP features.</param>
    /// <exception cref="ArgumentException">A column is missing or of an unsupported type, there are too few rows, or a
    /// feature is not finite.</exception>
    public MmdEstimate ClipDiscrepancy(IDataView real, IDataView synthetic, string featureColumnName = Features) =>
        ClipDiscrepancy(real, synthetic, Of(featureColumnName));

    /// <inheritdoc cref="ClipDiscrepancy(IDataView, IDataView, string)"/>
    /// <param name="real">At least 3 real rows.</param>
    /// <param name="synthetic">At least 3 synthetic rows.</param>
    /// <param name="options">All options.</param>
    public MmdEstimate ClipDiscrepancy(IDataView real, IDataView synthetic, EvaluationOptions options) =>
        MeasureUnlabelled(real, synthetic, options, Evaluation.ClipDiscrepancy.Compute);

    /// <summary>Precision, recall, density and coverage of two views; see <see cref="Prdc"/>.</summary>
    /// <param name="real">More than <paramref name="neighbourCount"/> real rows.</param>
    /// <param name="synthetic">More than <paramref name="neighbourCount"/> synthetic rows.</param>
    /// <param name="featureColumnName">A column of feature vectors.</param>
    /// <param name="neighbourCount">k, at least 1.</param>
    /// <exception cref="ArgumentException">A column is missing or of an unsupported type, there are too few rows, or a
    /// feature is not finite.</exception>
    public Prdc PrecisionRecall(
        IDataView real, IDataView synthetic, string featureColumnName = Features,
        int neighbourCount = Prdc.DefaultNeighbourCount) =>
        PrecisionRecall(real, synthetic, new EvaluationOptions
        { FeatureColumnName = featureColumnName, NeighbourCount = neighbourCount });

    /// <inheritdoc cref="PrecisionRecall(IDataView, IDataView, string, int)"/>
    /// <param name="real">More than <see cref="EvaluationOptions.NeighbourCount"/> real rows.</param>
    /// <param name="synthetic">More than <see cref="EvaluationOptions.NeighbourCount"/> synthetic rows.</param>
    /// <param name="options">All options.</param>
    public Prdc PrecisionRecall(IDataView real, IDataView synthetic, EvaluationOptions options) =>
        MeasureUnlabelled(real, synthetic, options, (x, y) => Prdc.Compute(x, y, options.NeighbourCount));

    /// <summary>How well images fit the names of their classes; see <see cref="Evaluation.ClipScore"/>.</summary>
    /// <param name="images">The images.</param>
    /// <param name="labelColumnName">The class of a row.</param>
    /// <param name="imageColumnName">The image of a row.</param>
    /// <param name="clip">The CLIP model; <see cref="ImageTextModel.Embedded"/> if null.</param>
    /// <exception cref="ArgumentException">A column is missing or of an unsupported type, or there is no row with a
    /// label and a readable image.</exception>
    public double ClipScore(
        IDataView images, string labelColumnName = Label, string imageColumnName = Image,
        ImageTextModel? clip = null) =>
        ClipScore(images, new EvaluationOptions
        { LabelColumnName = labelColumnName, ImageColumnName = imageColumnName, Clip = clip });

    /// <inheritdoc cref="ClipScore(IDataView, string, string, ImageTextModel)"/>
    /// <param name="images">The images.</param>
    /// <param name="options">All options.</param>
    public double ClipScore(IDataView images, EvaluationOptions options)
    {
        using var run = new EvaluationRun(_host, options);
        var rows = run.Read(images, "The data");
        return Evaluation.ClipScore.Compute(rows, run.TextDirections(rows));
    }

    /// <summary>
    /// The share of synthetic rows whose features are most like the mean features of the real rows of their class; see
    /// <see cref="Evaluation.ClassCorrectness"/>.
    /// </summary>
    /// <param name="real">Real rows.</param>
    /// <param name="synthetic">Synthetic rows.</param>
    /// <param name="labelColumnName">The class of a row.</param>
    /// <param name="featureColumnName">A column of feature vectors.</param>
    /// <exception cref="ArgumentException">A column is missing or of an unsupported type, there is no row with a label,
    /// or a feature is not finite.</exception>
    public ClassCorrectness ClassCorrectness(
        IDataView real, IDataView synthetic, string labelColumnName = Label, string featureColumnName = Features) =>
        ClassCorrectness(real, synthetic, Of(featureColumnName, labelColumnName));

    /// <summary>
    /// The share of synthetic rows that are taken for their class, by what <see cref="EvaluationOptions.Reference"/>
    /// says.
    /// </summary>
    /// <param name="real">Real rows.</param>
    /// <param name="synthetic">Synthetic rows.</param>
    /// <param name="options">All options.</param>
    /// <exception cref="ArgumentException">A column is missing or of an unsupported type, there is no row with a label,
    /// or a feature is not finite.</exception>
    public ClassCorrectness ClassCorrectness(IDataView real, IDataView synthetic, EvaluationOptions options)
    {
        using var run = new EvaluationRun(_host, options);
        var rows = run.Read(real, synthetic);
        return Evaluation.ClassCorrectness.Compute(rows.Synthetic, run.ClassDirections(rows.Real, rows.Synthetic));
    }

    /// <summary>
    /// How many synthetic rows are nearly copies of the rows they were made from; see <see cref="NearCopyRate"/>.
    /// </summary>
    /// <param name="shots">The rows they were made from.</param>
    /// <param name="synthetic">Synthetic rows.</param>
    /// <param name="labelColumnName">The class of a row; null to compare with all shots.</param>
    /// <param name="featureColumnName">A column of feature vectors.</param>
    /// <exception cref="ArgumentException">A column is missing or of an unsupported type, a feature is not finite, or
    /// no class has two different shots.</exception>
    public NearCopyRate NearCopies(
        IDataView shots, IDataView synthetic, string? labelColumnName = Label, string featureColumnName = Features) =>
        NearCopies(shots, synthetic, Of(featureColumnName, labelColumnName));

    /// <inheritdoc cref="NearCopies(IDataView, IDataView, string, string)"/>
    /// <param name="shots">The rows they were made from.</param>
    /// <param name="synthetic">Synthetic rows.</param>
    /// <param name="options">All options.</param>
    public NearCopyRate NearCopies(IDataView shots, IDataView synthetic, EvaluationOptions options)
    {
        using var run = new EvaluationRun(_host, options);
        var rows = run.Read(shots, synthetic);
        return NearCopyRate.Compute(rows.Real, rows.Synthetic);
    }

    /// <summary>How unlike each other the rows of a class are; see <see cref="IntraClassDiversity"/>.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="labelColumnName">The class of a row; null to take all rows for one class.</param>
    /// <param name="featureColumnName">A column of feature vectors.</param>
    /// <exception cref="ArgumentException">A column is missing or of an unsupported type, a feature is not finite, or
    /// no class has two rows.</exception>
    public double Diversity(IDataView rows, string? labelColumnName = Label, string featureColumnName = Features) =>
        Diversity(rows, Of(featureColumnName, labelColumnName));

    /// <inheritdoc cref="Diversity(IDataView, string, string)"/>
    /// <param name="rows">The rows.</param>
    /// <param name="options">All options.</param>
    public double Diversity(IDataView rows, EvaluationOptions options) =>
        IntraClassDiversity.Compute(ReadFeatures(rows, options));

    private static EvaluationOptions Of(string featureColumnName, string? labelColumnName = null) => new()
    { FeatureColumnName = featureColumnName, LabelColumnName = labelColumnName };

    // Classes play no part, so the views need no label column.
    private T MeasureUnlabelled<T>(
        IDataView real, IDataView synthetic, EvaluationOptions options,
        Func<IReadOnlyList<float[]>, IReadOnlyList<float[]>, T> measure)
    {
        ArgumentNullException.ThrowIfNull(options);
        using var run = new EvaluationRun(_host, options.WithoutLabels());
        var rows = run.Read(real, synthetic);
        return measure(rows.Real.Features, rows.Synthetic.Features);
    }
}
