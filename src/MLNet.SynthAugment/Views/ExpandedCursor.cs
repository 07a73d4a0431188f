using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.SynthAugment.Store;

namespace MLNet.SynthAugment.Views;

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
