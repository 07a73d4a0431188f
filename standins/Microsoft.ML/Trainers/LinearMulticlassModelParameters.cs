using Microsoft.ML.Data;

namespace Microsoft.ML.Trainers;

/// <summary>What a trainer learned.</summary>
public abstract class ModelParametersBase<TOutput> : ICanSaveModel
{
    private protected ModelParametersBase()
    {
    }

    void ICanSaveModel.Save(ModelSaveContext ctx) => SaveCore(ctx);

    private protected abstract void SaveCore(ModelSaveContext ctx);
}

/// <summary>A model that gives a score to each class.</summary>
internal interface IClassScorer
{
    int ClassCount { get; }

    int FeatureCount { get; }

    void Score(ReadOnlySpan<float> features, Span<float> scores);

    void Write(BinaryWriter writer);
}

/// <summary>One weight vector and one bias a class.</summary>
public abstract class LinearMulticlassModelParametersBase : ModelParametersBase<VBuffer<float>>, IClassScorer
{
    private protected LinearMulticlassModelParametersBase(int classCount, int featureCount, float[] weights)
    {
        ClassCount = classCount;
        FeatureCount = featureCount;
        AllWeights = weights;
    }

    internal int ClassCount { get; }

    internal int FeatureCount { get; }

    /// <summary>The weights class by class, then the biases.</summary>
    internal float[] AllWeights { get; }

    int IClassScorer.ClassCount => ClassCount;

    int IClassScorer.FeatureCount => FeatureCount;

    public IEnumerable<float> GetBiases() => AllWeights.Skip(ClassCount * FeatureCount);

    public void GetWeights(ref VBuffer<float>[] weights, out int numClasses)
    {
        numClasses = ClassCount;
        if (weights is null || weights.Length < numClasses)
            weights = new VBuffer<float>[numClasses];
        for (var c = 0; c < numClasses; c++)
            VBuffer<float>.Copy(AllWeights, c * FeatureCount, ref weights[c], FeatureCount);
    }

    void IClassScorer.Score(ReadOnlySpan<float> features, Span<float> scores)
    {
        LinearScores.Compute(AllWeights, FeatureCount, features, scores);
        Normalize(scores);
    }

    void IClassScorer.Write(BinaryWriter writer)
    {
        writer.Write(ClassCount);
        writer.Write(FeatureCount);
        foreach (var weight in AllWeights)
            writer.Write(weight);
    }

    private protected abstract void Normalize(Span<float> scores);

    // Models travel inside their prediction transformers.
    private protected override void SaveCore(ModelSaveContext ctx) =>
        throw new NotSupportedException("Save the prediction transformer that holds this model.");
}

/// <summary>A linear model whose scores are probabilities, by softmax.</summary>
public sealed class MaximumEntropyModelParameters : LinearMulticlassModelParametersBase
{
    internal MaximumEntropyModelParameters(int classCount, int featureCount, float[] weights)
        : base(classCount, featureCount, weights)
    {
    }

    internal static MaximumEntropyModelParameters Read(BinaryReader reader)
    {
        var (classCount, featureCount) = (reader.ReadInt32(), reader.ReadInt32());
        var weights = new List<float>();
        for (var remaining = (long)classCount * (featureCount + 1); remaining > 0; remaining--)
            weights.Add(reader.ReadSingle());
        return new MaximumEntropyModelParameters(classCount, featureCount, [.. weights]);
    }

    private protected override void Normalize(Span<float> scores) => LinearScores.Softmax(scores);
}
