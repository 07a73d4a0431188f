using Microsoft.ML;

namespace MLNet.SynthAugment.Tests.Support;

/// <summary>
/// A step that changes nothing and counts the rows it is fitted on: what a trainer in its place would see.
/// </summary>
public sealed class RowCounter(MLContext ml) : IEstimator<ITransformer>
{
    private readonly IEstimator<ITransformer> _copy = ml.Transforms.CopyColumns("Label", "Label");

    public List<long> Fits { get; } = [];

    public ITransformer Fit(IDataView input)
    {
        Fits.Add(Count(input));
        return _copy.Fit(input);
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => _copy.GetOutputSchema(inputSchema);

    public static long Count(IDataView view)
    {
        using var cursor = view.GetRowCursor([]);
        var count = 0L;
        while (cursor.MoveNext())
            count++;
        return count;
    }
}
