using Microsoft.ML;

namespace MLNet.SynthAugment.FewShot;

/// <summary>
/// What the data themselves say of a row, in columns named like <c>SourceId</c> and <c>ExampleWeight</c>.
/// </summary>
/// <param name="SourceId">What the row comes from; null without such a column.</param>
/// <param name="ExampleWeight">How much the row counts; 1 without such a column.</param>
internal sealed record RowOrigin(string? SourceId, float ExampleWeight)
{
    public static readonly RowOrigin Unknown = new(null, 1);

    /// <summary>A reader of the current row.</summary>
    public static Func<RowOrigin> CreateReader(DataViewRow row, InputColumns columns)
    {
        var readSource = columns.SourceId is { } source ? row.GetGetter<ReadOnlyMemory<char>>(source) : null;
        var readWeight = columns.ExampleWeight is { } weight ? row.GetGetter<float>(weight) : null;
        if (readSource is null && readWeight is null)
            return () => Unknown;
        return () =>
        {
            ReadOnlyMemory<char> id = default;
            var value = 1f;
            readSource?.Invoke(ref id);
            readWeight?.Invoke(ref value);
            return new RowOrigin(readSource is null ? null : id.ToString(), value);
        };
    }
}
