using System.Runtime.CompilerServices;

namespace Microsoft.ML.Rows;

/// <summary>A computation whose result several columns of a row share: done once a position of a row object.</summary>
internal sealed class PerRow<TResult>(Func<DataViewRow, Func<TResult>> create)
    where TResult : class
{
    private readonly ConditionalWeakTable<DataViewRow, Func<TResult>> _byRow = [];

    public Func<TResult> For(DataViewRow row) => _byRow.GetValue(row, Once);

    private Func<TResult> Once(DataViewRow row)
    {
        var compute = create(row);
        TResult result = null;
        long position = -1;
        return () =>
        {
            if (result is null || position != row.Position)
            {
                result = compute();
                position = row.Position;
            }

            return result;
        };
    }
}
