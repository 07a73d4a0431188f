namespace Microsoft.ML.Rows;

/// <summary>
/// One computed column: what it is, the input columns it reads, and how to make its getter over an input row. The factory
/// may add actions to run when the row is disposed.
/// </summary>
internal sealed record ColumnMap(
    DataViewSchema.DetachedColumn Output,
    IReadOnlyList<int> Inputs,
    Func<DataViewRow, ICollection<Action>, Delegate> MakeGetter)
{
    public static ColumnMap Of<TIn, TOut>(
        DataViewSchema.DetachedColumn output, DataViewSchema.Column input, Func<TIn, TOut> map) =>
        new(output, [input.Index], (row, _) =>
        {
            var getter = row.GetGetter<TIn>(row.Schema[input.Index]);
            TIn value = default;
            return (ValueGetter<TOut>)((ref TOut destination) =>
            {
                getter(ref value);
                destination = map(value);
            });
        });
}
