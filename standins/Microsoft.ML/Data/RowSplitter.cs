using System.Runtime.InteropServices;
using Microsoft.ML.Rows;

namespace Microsoft.ML.Data;

/// <summary>
/// Gives each row a number in 0..1 and cuts a view by it: without a sampling key a random number drawn by row position, so
/// rows must come in the same order on every pass; with one, a number made of the key, so that equal keys stay together.
/// </summary>
internal sealed class RowSplitter
{
    private const int DefaultSeed = 42;

    private readonly IDataView _data;
    private readonly DataViewSchema.Column? _key;
    private readonly int _seed;
    private readonly Lazy<(double Minimum, double Maximum)> _keyRange;

    public RowSplitter(IDataView data, string samplingKeyColumnName, int? seed)
    {
        _data = data;
        _key = samplingKeyColumnName is null ? null : data.Schema.Require(samplingKeyColumnName, "SamplingKeyColumn", "samplingKeyColumn");
        _seed = seed ?? DefaultSeed;
        _keyRange = new(ReadKeyRange);
    }

    /// <summary>Rows whose number lies in the range, or outside of it.</summary>
    public IDataView Range(double from, double to, bool inside)
    {
        var columns = _key is { } key ? new[] { key } : [];
        return new FilteredView(
            _data,
            columns,
            row =>
            {
                var number = CreateNumber(row);
                return () => (number() is var x && x >= from && (x < to || (to >= 1 && x <= to))) == inside;
            },
            canShuffle: _key is not null);
    }

    private Func<double> CreateNumber(DataViewRow row)
    {
        if (_key is not { } key)
        {
            var random = new Random(_seed);
            return random.NextDouble;
        }

        return key.Type switch
        {
            KeyDataViewType type => KeyFraction(row, key, type),
            NumberDataViewType type when type == NumberDataViewType.Single || type == NumberDataViewType.Double => Scaled(row, key),
            _ => Hashed(row, key),
        };
    }

    // Keys are cut in their own order: with few of them the parts can be far from the asked fraction, as in the real package.
    private static Func<double> KeyFraction(DataViewRow row, DataViewSchema.Column key, KeyDataViewType type)
    {
        var value = NumberReader.Create(row, key);
        return () => (value() - 0.5) / type.Count;
    }

    private Func<double> Scaled(DataViewRow row, DataViewSchema.Column key)
    {
        var value = NumberReader.Create(row, key);
        var (minimum, maximum) = _keyRange.Value;
        return () => maximum > minimum ? (value() - minimum) / (maximum - minimum) : 0;
    }

    private (double, double) ReadKeyRange()
    {
        var (minimum, maximum) = (double.PositiveInfinity, double.NegativeInfinity);
        using var cursor = _data.GetRowCursor([_key.Value]);
        var value = NumberReader.Create(cursor, _key.Value);
        while (cursor.MoveNext())
            (minimum, maximum) = (Math.Min(minimum, value()), Math.Max(maximum, value()));
        return (minimum, maximum);
    }

    private Func<double> Hashed(DataViewRow row, DataViewSchema.Column key)
    {
        if (key.Type is not TextDataViewType)
        {
            var number = NumberReader.Create(row, key);
            return () => Fraction(MemoryMarshal.AsBytes(new ReadOnlySpan<double>([number()])));
        }

        var getter = row.GetGetter<ReadOnlyMemory<char>>(row.Schema[key.Index]);
        ReadOnlyMemory<char> text = default;
        return () =>
        {
            getter(ref text);
            return Fraction(MemoryMarshal.AsBytes(text.Span));
        };
    }

    // FNV-1a with a finaliser: string.GetHashCode differs from one process to the next.
    private double Fraction(ReadOnlySpan<byte> bytes)
    {
        var hash = 14695981039346656037UL ^ (uint)_seed;
        foreach (var b in bytes)
            hash = (hash ^ b) * 1099511628211UL;
        return (new DataViewRowId(hash, 0).Fork().Low >> 11) / (double)(1UL << 53);
    }
}
