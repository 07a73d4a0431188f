using MLNet.SynthAugment.Store;

namespace MLNet.SynthAugment.Views;

/// <summary>
/// The training view with synthetic rows: real rows first in their own order, synthetic rows after, the same order in
/// every pass. Row ids are 0 … n−1. In a synthetic row the label and the image are filled, other input columns hold
/// their type's missing value (NaN, empty text, missing key, no image) or, where the type has none, its default (0,
/// false).
/// </summary>
internal sealed class ExpandedDataView(
    IDataView source, long realCount, IReadOnlySet<long> leftOut, SyntheticRows synthetic, ExampleWeights weights,
    AddedColumns added) : IDataView
{
    private readonly ImageCache _images = new();

    // A shuffled pass would have to mix real and synthetic rows at random; ShuffleRows does that with its own pool.
    public bool CanShuffle => false;

    public DataViewSchema Schema { get; } = added.AppendTo(source.Schema);

    public long? GetRowCount() => realCount + synthetic.Images.Count;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        var needed = columnsNeeded.ToList();
        var cursor = source.GetRowCursor(added.DependenciesOf(needed, source.Schema));
        return new ExpandedCursor(
            cursor, Schema, Getters.Active(Schema, needed), leftOut, synthetic, weights, added, _images);
    }

    public DataViewRowCursor[] GetRowCursorSet(
        IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];
}

/// <summary>
/// One pass over an <see cref="ExpandedDataView"/>; shares nothing mutable with other cursors but the cache.
/// </summary>
internal sealed class ExpandedCursor(
    DataViewRowCursor source, DataViewSchema schema, bool[] active, IReadOnlySet<long> leftOut, SyntheticRows synthetic,
    ExampleWeights weights, AddedColumns added, ImageCache images)
    : DataViewRowCursor
{
    private long _position = -1;
    private long _sourceRow = -1;
    private int _syntheticRow = -1;

    public override DataViewSchema Schema => schema;

    public override long Position => _position;

    public override long Batch => 0;

    /// <summary>The synthetic image of the current row, or null on a real row.</summary>
    private StoredImage? Current => _syntheticRow < 0 ? null : synthetic.Images[_syntheticRow];

    public override bool MoveNext()
    {
        if (!MoveNextReal() && !MoveNextSynthetic())
        {
            _position = -1;
            return false;
        }
        _position++;
        return true;
    }

    public override ValueGetter<DataViewRowId> GetIdGetter() =>
        (ref DataViewRowId value) => value = new DataViewRowId((ulong)_position, 0);

    public override bool IsColumnActive(DataViewSchema.Column column) => active[column.Index];

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        Getters.CheckActive(active, column);
        var inputCount = source.Schema.Count;
        if (column.Index < inputCount)
        {
            var input = source.Schema[column.Index];
            return Choose(Getters.OfInput<TValue>(source, input),
                SyntheticGetters.Create<TValue>(input, synthetic, () => Current!, images));
        }
        var index = column.Index - inputCount;
        var getter = added.CreateGetter<TValue>(index, GetProvenance, OpenSoftLabel);
        return added.CreateOwnGetter<TValue>(source, index, weights.Real) is { } own ? Choose(own, getter) : getter;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            source.Dispose();
        base.Dispose(disposing);
    }

    private ValueGetter<TValue> Choose<TValue>(ValueGetter<TValue> real, ValueGetter<TValue> synthetic) =>
        (ref TValue value) =>
    {
        if (_syntheticRow < 0)
            real(ref value);
        else
            synthetic(ref value);
    };

    private bool MoveNextReal()
    {
        if (_syntheticRow >= 0)
            return false;
        while (source.MoveNext())
        {
            _sourceRow++;
            if (!leftOut.Contains(_sourceRow))
                return true;
        }
        return false;
    }

    private bool MoveNextSynthetic() =>
        _syntheticRow < synthetic.Images.Count && ++_syntheticRow < synthetic.Images.Count;

    private Provenance GetProvenance() => Current is { } image
        ? synthetic.ProvenanceOf(image, weights.Synthetic)
        : Provenance.OfRealRow(_sourceRow.ToString(), weights.Real);

    private Func<SoftLabel> OpenSoftLabel()
    {
        var readReal = added.ReadSoftLabel(source);
        return () => Current is { } image ? new SoftLabel(image.Label, image.SoftLabels) : readReal();
    }
}

/// <summary>A view without rows: what synthetic rows alone are appended to.</summary>
internal sealed class EmptyDataView(DataViewSchema schema) : IDataView
{
    public bool CanShuffle => false;

    public DataViewSchema Schema => schema;

    public long? GetRowCount() => 0;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        new Cursor(schema, Getters.Active(schema, columnsNeeded));

    public DataViewRowCursor[] GetRowCursorSet(
        IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor(DataViewSchema schema, bool[] active) : DataViewRowCursor
    {
        public override DataViewSchema Schema => schema;

        public override long Position => -1;

        public override long Batch => 0;

        public override bool MoveNext() => false;

        public override bool IsColumnActive(DataViewSchema.Column column) => active[column.Index];

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId value) => throw NoRow();

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) =>
            (ref TValue value) => throw NoRow();

        private static InvalidOperationException NoRow() => new("The cursor is not on a row.");
    }
}

/// <summary>
/// Weights that make a trainer, which minimises the weighted mean loss, minimise λ·mean(real) + (1−λ)·mean(synthetic),
/// the loss of DataDream (Kim et al., ECCV 2024). Of N rows with R real and S synthetic ones, a real row weighs λN/R
/// and a synthetic row (1−λ)N/S: the mean weight is 1, so that learning rates and regularisation keep their meaning.
/// </summary>
internal readonly record struct ExampleWeights(float Real, float Synthetic)
{
    public static ExampleWeights Create(double lambda, long realCount, long syntheticCount)
    {
        if (realCount == 0 || syntheticCount == 0)
            return new ExampleWeights(1, 1);
        double total = realCount + syntheticCount;
        return new ExampleWeights((float)(lambda * total / realCount), (float)((1 - lambda) * total / syntheticCount));
    }
}
