using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.SynthAugment.FewShot;
using MLNet.SynthAugment.Trainers.Classifiers;

namespace MLNet.SynthAugment.Trainers.Scoring;

/// <summary>The two columns that a classifier adds: the classes' probabilities, and the most probable class.</summary>
internal static class ScoreColumns
{
    public const string Score = "Score";
    public const string PredictedLabel = "PredictedLabel";

    /// <summary>
    /// The input's columns (hidden ones too, with their indices) and the added ones after them, scores first.
    /// </summary>
    public static DataViewSchema AppendTo(DataViewSchema input, ClassKeys classes)
    {
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(input);
        builder.AddColumn(Score, new VectorDataViewType(NumberDataViewType.Single, classes.Count),
            TextAnnotation.Create(TextAnnotation.SlotNames, classes.Names));
        builder.AddColumn(PredictedLabel, new KeyDataViewType(typeof(uint), classes.Count),
            classes.KeyValueAnnotations);
        return builder.ToSchema();
    }
}
