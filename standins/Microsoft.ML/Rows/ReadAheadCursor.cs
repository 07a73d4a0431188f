using System.Collections.Concurrent;

namespace Microsoft.ML.Rows;

/// <summary>
/// Reads another cursor on a background thread, some batches ahead. What that thread throws comes out of MoveNext, wrapped.
/// </summary>
internal sealed class ReadAheadCursor : StoredRowCursor
{
    private const int BatchSize = 32;
    private const int BatchesAhead = 4;

    private readonly BlockingCollection<RowStore> _batches = new(BatchesAhead);
    private readonly CancellationTokenSource _stop = new();
    private readonly Thread _reader;
    private Exception _failure;

    public ReadAheadCursor(DataViewRowCursor source, IReadOnlyCollection<DataViewSchema.Column> columns)
        : base(source.Schema)
    {
        Store = new RowStore(source.Schema, columns);
        Row = -1;
        _reader = new Thread(() => Read(source, columns)) { IsBackground = true, Name = "Row reader" };
        _reader.Start();
    }

    protected override bool MoveNextRow()
    {
        if (++Row < Store.Count)
            return true;
        Row = 0;
        if (_batches.TryTake(out var batch, Timeout.Infinite))
        {
            Store = batch;
            return true;
        }

        if (_failure is not null)
            throw new InvalidOperationException("A background thread failed while it read the source data; see the inner exception.", _failure);
        Row = Store.Count;
        return false;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _stop.Cancel();
            _reader.Join();
        }

        base.Dispose(disposing);
    }

    private void Read(DataViewRowCursor source, IReadOnlyCollection<DataViewSchema.Column> columns)
    {
        try
        {
            using (source)
            {
                while (!_stop.IsCancellationRequested && ReadBatch(source, columns) is { Count: > 0 } batch)
                    _batches.Add(batch, _stop.Token);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The consumer is done with this cursor.
        }
        catch (Exception e)
        {
            _failure = e;
        }
        finally
        {
            _batches.CompleteAdding();
        }
    }

    private static RowStore ReadBatch(DataViewRowCursor source, IReadOnlyCollection<DataViewSchema.Column> columns)
    {
        var batch = new RowStore(source.Schema, columns);
        var record = batch.CreateRecorder(source);
        while (batch.Count < BatchSize && source.MoveNext())
            record();
        return batch;
    }
}
