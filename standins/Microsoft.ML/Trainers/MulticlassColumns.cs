using Microsoft.ML.Data;

namespace Microsoft.ML.Trainers;

/// <summary>The columns every multiclass model adds.</summary>
internal static class MulticlassColumns
{
    public const string Score = "Score";
    public const string PredictedLabel = "PredictedLabel";

    public static IEnumerable<SchemaShape.Column> Of(SchemaShape.Column label)
    {
        var keyValues = label.Annotations.TryFindColumn(AnnotationKinds.KeyValues, out var found)
            ? new SchemaShape([AnnotationKinds.ShapeOf(AnnotationKinds.KeyValues, found.ItemType)])
            : null;
        yield return new SchemaShape.Column(Score, SchemaShape.Column.VectorKind.Vector, NumberDataViewType.Single, isKey: false);
        yield return new SchemaShape.Column(
            PredictedLabel, SchemaShape.Column.VectorKind.Scalar, NumberDataViewType.UInt32, isKey: true, keyValues);
    }
}
