using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Trainers;

/// <summary>The columns a trainer reads.</summary>
internal sealed record TrainingColumns(DataViewSchema.Column Features, DataViewSchema.Column Label, DataViewSchema.Column? Weight)
{
    public TrainingColumns(DataViewSchema schema, string features, string label, string weight)
        : this(schema[features], schema[label], weight is null ? null : schema[weight])
    {
        if (Features.Type is not VectorDataViewType { IsKnownSize: true })
            throw Errors.TypeMismatch("inputSchema", "feature", features, "known-size vector of Single", $"{Features.Type}");
    }

    public IEnumerable<DataViewSchema.Column> All => Weight is { } weight ? [Features, Label, weight] : [Features, Label];
}

/// <summary>All examples in memory. Rows without label or with a missing feature or weight are left out, with a warning.</summary>
internal sealed class TrainingData
{
    private const int RowsATurn = 16;

    private readonly List<Example> _examples;

    private TrainingData(List<Example> examples, int featureCount, int classCount)
    {
        _examples = examples;
        FeatureCount = featureCount;
        ClassCount = classCount;
    }

    public int RowCount => _examples.Count;

    public int FeatureCount { get; }

    public int ClassCount { get; }

    public Example this[int row] => _examples[row];

    /// <summary>Reads with one cursor.</summary>
    public static TrainingData Read(IHost host, IDataView data, TrainingColumns columns)
    {
        using var cursor = data.GetRowCursor(columns.All);
        var read = ExampleReader(cursor, columns);
        var rows = new List<Example>();
        while (cursor.MoveNext())
            rows.Add(read());
        return Finish(host, rows, columns);
    }

    /// <summary>
    /// A first pass counts rows and sees that ids are unique; then several cursors run over the rows at the same time, each
    /// computing its share of them. So the view's cursors must be independent, and its rows in one order on every pass.
    /// </summary>
    public static TrainingData ReadInParallel(IHost host, IDataView data, TrainingColumns columns, int threads)
    {
        var rows = new Example[CountUniqueRows(data)];
        try
        {
            Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, thread =>
            {
                // A set of one: a cursor of its own may compute all rows ahead, also those that are another's share.
                using var cursor = data.GetRowCursorSet(columns.All, 1)[0];
                var read = ExampleReader(cursor, columns);
                for (var row = 0; cursor.MoveNext(); row++)
                {
                    if (row / RowsATurn % threads == thread)
                        rows[row] = read();
                }
            });
        }
        catch (AggregateException e)
        {
            throw new InvalidOperationException("A background thread failed while it read the source data; see the inner exception.", e.InnerException);
        }

        return Finish(host, rows, columns);
    }

    private static int CountUniqueRows(IDataView data)
    {
        using var cursor = data.GetRowCursor([]);
        var getId = cursor.GetIdGetter();
        var ids = new HashSet<DataViewRowId>();
        while (cursor.MoveNext())
        {
            DataViewRowId id = default;
            getId(ref id);
            if (!ids.Add(id))
                throw new InvalidOperationException($"Two rows of the training data have the id {id}.");
        }

        return ids.Count;
    }

    private static Func<Example> ExampleReader(DataViewRow row, TrainingColumns columns)
    {
        var getFeatures = row.GetGetter<VBuffer<float>>(row.Schema[columns.Features.Index]);
        var label = NumberReader.Create(row, columns.Label);
        var weight = columns.Weight is { } column ? NumberReader.Create(row, column) : () => 1;
        VBuffer<float> features = default;
        return () =>
        {
            getFeatures(ref features);
            var values = new float[features.Length];
            features.CopyTo(values);
            return new Example(values, (int)label() - 1, (float)weight());
        };
    }

    private static TrainingData Finish(IHost host, IReadOnlyCollection<Example> rows, TrainingColumns columns)
    {
        var examples = rows.Where(example => example.IsComplete).ToList();
        if (examples.Count < rows.Count)
        {
            using var channel = host.Start("Training");
            channel.Warning(MessageSensitivity.None, $"{rows.Count - examples.Count} of {rows.Count} examples lack a label, feature or weight and are left out.");
        }

        if (examples.Count == 0)
            throw new InvalidOperationException("Training set has 0 instances, aborting training.");
        return new TrainingData(examples, ((VectorDataViewType)columns.Features.Type).Size, (int)((KeyDataViewType)columns.Label.Type).Count);
    }

    internal sealed record Example(float[] Features, int Label, float Weight)
    {
        public bool IsComplete => Label >= 0 && float.IsFinite(Weight) && !Features.AsSpan().Contains(float.NaN);
    }
}
