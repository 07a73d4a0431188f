using FewShotAccuracy.Features;
using FewShotAccuracy.Images;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;
using MLNet.SynthAugment;

namespace FewShotAccuracy.Arms;

/// <summary>The ML.NET pipelines that the arms train, and their measurement on test images.</summary>
public sealed class Classifier(MLContext ml)
{
    private const string Image = "Image";
    private const string LabelKey = "LabelKey";

    /// <summary>Passes over the training rows that the trainer may make: the same for every arm.</summary>
    public const int MostPasses = 100;

    /// <summary>Regularisation of the weights, chosen on validation images (see the sample's README).</summary>
    public const float L2Regularization = 0.1f;

    /// <summary>Trains on images that are all files.</summary>
    public ITransformer Train(IEnumerable<ImageRow> rows) =>
        LoadImages().Append(LearnFeatures(nameof(ImageRow.Weight))).Fit(ml.Data.LoadFromEnumerable(rows));

    /// <summary>Trains on the shots and the synthetic rows that <c>SynthesizeFewShot</c> adds to them inside the pipeline.</summary>
    public (ITransformer Model, SynthesizeFewShotTransformer Synthesis) TrainWithSynthesis(
        IEnumerable<ImageRow> shots, SynthesizeFewShotEstimator.Options options)
    {
        options.LabelColumnName = nameof(ImageRow.Label);
        options.ImageColumnName = Image;
        var model = LoadImages()
            .Append(ml.Transforms.SynthesizeFewShot(options))
            .Append(LearnFeatures("ExampleWeight"))
            .Fit(ml.Data.LoadFromEnumerable(shots));
        return (model, model.OfType<SynthesizeFewShotTransformer>().Single());
    }

    /// <summary>The share of test images that get their own class.</summary>
    public double Accuracy(ITransformer model, IEnumerable<ImageRow> test) =>
        ml.MulticlassClassification.Evaluate(model.Transform(ml.Data.LoadFromEnumerable(test)), LabelKey).MicroAccuracy;

    private IEstimator<ITransformer> LoadImages() => ml.Transforms.LoadImages(Image, imageFolder: null, nameof(ImageRow.ImagePath));

    private EstimatorChain<MulticlassPredictionTransformer<MaximumEntropyModelParameters>> LearnFeatures(string weightColumn) =>
        ImageFeatures.Extract(ml, Image)
            .Append(ml.Transforms.Conversion.MapValueToKey(LabelKey, nameof(ImageRow.Label)))
            .Append(ml.MulticlassClassification.Trainers.LbfgsMaximumEntropy(new LbfgsMaximumEntropyMulticlassTrainer.Options
            {
                LabelColumnName = LabelKey,
                FeatureColumnName = ImageFeatures.Column,
                ExampleWeightColumnName = weightColumn,
                L1Regularization = 0,
                L2Regularization = L2Regularization,
                MaximumNumberOfIterations = MostPasses,
            }));
}
