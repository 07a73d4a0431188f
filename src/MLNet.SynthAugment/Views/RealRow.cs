namespace MLNet.SynthAugment.Views;

/// <summary>A row of data that is not expanded: the input row with the added columns of a real row.</summary>
internal sealed class RealRow : DataViewRow
{
    private readonly DataViewRow _input;
    private readonly AddedColumns _added;
    private readonly bool[] _active;

    public RealRow(DataViewRow input, DataViewSchema schema, AddedColumns added, bool[] active)
    {
        _input = input;
        Schema = schema;
        _added = added;
        _active = active;
    }

    public override DataViewSchema Schema { get; }

    public override long Position => _input.Position;

    public override long Batch => _input.Batch;

    public override ValueGetter<DataViewRowId> GetIdGetter() => _input.GetIdGetter();

    public override bool IsColumnActive(DataViewSchema.Column column) => _active[column.Index];

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        Getters.CheckActive(_active, column);
        var inputCount = _input.Schema.Count;
        if (column.Index < inputCount)
            return Getters.OfInput<TValue>(_input, _input.Schema[column.Index]);
        var index = column.Index - inputCount;
        return _added.CreateOwnGetter<TValue>(_input, index, factor: 1)
            ?? _added.CreateGetter<TValue>(index, () => Provenance.OfOtherRow, () => _added.ReadSoftLabel(_input));
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _input.Dispose();
        base.Dispose(disposing);
    }
}
