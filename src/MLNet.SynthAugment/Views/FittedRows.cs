using MLNet.SynthAugment.FewShot;

namespace MLNet.SynthAugment.Views;

/// <summary>
/// The rows that <c>Fit</c> was given, known again in any view by their labels and images, in whatever order.
/// </summary>
/// <remarks>
/// ML.NET sends the same rows through other view objects all the time: any step before this one makes a new view at
/// each <c>Transform</c>, and so do a cache, a file and a chain inside a chain. So the object decides nothing but that
/// nothing needs to be read.
/// </remarks>
internal sealed class FittedRows
{
    // Held weakly: a transformer outlives its training data.
    private readonly WeakReference<IDataView> _view;
    private readonly IReadOnlyList<FewShotRow> _rows;
    private readonly Dictionary<(string? Label, string? ImageHash), int> _counts;
    private readonly RowReader _reader;

    /// <param name="view">The view that was fitted on.</param>
    /// <param name="rows">Its rows.</param>
    /// <param name="reader">Reads the rows of other views in the same way.</param>
    public FittedRows(IDataView view, IReadOnlyList<FewShotRow> rows, RowReader reader)
    {
        _view = new WeakReference<IDataView>(view);
        _rows = rows;
        _counts = rows.CountBy(row => row.Content).ToDictionary();
        _reader = reader;
    }

    /// <summary>λ of the example weights.</summary>
    public required double RealLossWeight { get; init; }

    /// <summary>Names of added columns that the view had itself.</summary>
    public required IReadOnlySet<string> OwnColumns { get; init; }

    /// <summary>
    /// The rows of a view if they are the fitted ones, all of these and no others. Reads to the first that is not one
    /// of them.
    /// </summary>
    /// <returns>The rows in the view's order; or null, and why not, as the end of a sentence.</returns>
    public (IReadOnlyList<FewShotRow>? Rows, string WhyNot) Recognise(IDataView view)
    {
        if (_view.TryGetTarget(out var fitted) && ReferenceEquals(fitted, view))
            return (_rows, "");
        if (view.GetRowCount() is { } count && count != _rows.Count)
            return (null, $"the data have {count} rows and {_rows.Count} were fitted on");
        try
        {
            return Compare(_reader.Read(view));
        }
        catch (ArgumentException error)
        {
            return (null, $"the data cannot be those that were fitted on ({error.Message.TrimEnd('.')})");
        }
    }

    private (IReadOnlyList<FewShotRow>? Rows, string WhyNot) Compare(IEnumerable<FewShotRow> rows)
    {
        var missing = new Dictionary<(string? Label, string? ImageHash), int>(_counts);
        var found = new List<FewShotRow>(_rows.Count);
        foreach (var row in rows)
        {
            if (found.Count == _rows.Count)
                return (null, $"the data hold the {_rows.Count} rows that were fitted on and others");
            if (missing.GetValueOrDefault(row.Content) == 0)
                return (null, $"row {row.Number} of the data is none of the {_rows.Count} that were fitted on");
            missing[row.Content]--;
            found.Add(row);
        }
        return found.Count == _rows.Count
            ? (found, "")
            : (null, $"the data hold only {found.Count} of the {_rows.Count} rows that were fitted on");
    }
}
