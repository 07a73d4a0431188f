using Microsoft.ML;

namespace MLNet.SynthAugment.Evaluation.Comparisons.Trainers;

/// <summary>The columns of the views that trainers get.</summary>
internal static class ComparisonColumns
{
    public const string Label = nameof(ComparisonRow.Label);
    public const string Image = nameof(ComparisonRow.Image);
    public const string LabelKey = "LabelKey";
    public const string PredictedLabel = "PredictedLabel";

    /// <summary>The keys of a column, from 0; −1 where one is missing.</summary>
    public static IReadOnlyList<int> ReadKeys(IDataView view, string name)
    {
        var column = view.Schema[name];
        var keys = new List<int>();
        using var cursor = view.GetRowCursor([column]);
        var getter = cursor.GetGetter<uint>(column);
        uint key = default;
        while (cursor.MoveNext())
        {
            getter(ref key);
            keys.Add((int)key - 1);
        }
        return keys;
    }
}
