namespace Microsoft.ML.Data;

/// <summary>A 128-bit row identifier, unique within a view and stable over its cursors.</summary>
public readonly struct DataViewRowId : IComparable<DataViewRowId>, IEquatable<DataViewRowId>
{
    public readonly ulong Low;

    public readonly ulong High;

    public DataViewRowId(ulong low, ulong high)
    {
        Low = low;
        High = high;
    }

    public bool Equals(DataViewRowId other) => Low == other.Low && High == other.High;

    public override bool Equals(object obj) => obj is DataViewRowId other && Equals(other);

    public int CompareTo(DataViewRowId other) => High != other.High ? High.CompareTo(other.High) : Low.CompareTo(other.Low);

    public override int GetHashCode() => HashCode.Combine(Low, High);

    public override string ToString() => $"{High:x16}{Low:x16}";

    /// <summary>An identifier derived from this one alone, as for the first of several rows made of one.</summary>
    public DataViewRowId Fork() => Mixed(0x9E3779B97F4A7C15, 0xD1B54A32D192ED03);

    /// <summary>The identifier after this one in a chain of derived ones.</summary>
    public DataViewRowId Next() => Mixed(0xA0761D6478BD642F, 0xE7037ED1A0B428DB);

    /// <summary>An identifier derived from both.</summary>
    public DataViewRowId Combine(DataViewRowId other) => Mixed(Mix(other.Low) ^ 0x8EBC6AF09C88C6E3, Mix(other.High) ^ 0x589965CC75374CC3);

    private DataViewRowId Mixed(ulong a, ulong b)
    {
        var low = Mix(Low + a);
        var high = Mix(High + b + low);
        return new DataViewRowId(low + Mix(high), high);
    }

    // The finaliser of SplitMix64 (Steele, Lea, Flood 2014): a bijection that spreads every bit over the word.
    private static ulong Mix(ulong x)
    {
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return x ^ (x >> 31);
    }
}
