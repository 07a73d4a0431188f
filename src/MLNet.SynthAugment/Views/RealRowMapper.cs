using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.SynthAugment.Views;

/// <summary>
/// Maps rows one to one, as scoring does: nothing is expanded, the added columns are those of real rows.
/// </summary>
internal sealed class RealRowMapper(DataViewSchema input, AddedColumns added) : IRowToRowMapper
{
    public DataViewSchema InputSchema => input;

    public DataViewSchema OutputSchema { get; } = added.AppendTo(input);

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns) =>
        [.. added.DependenciesOf(dependingColumns, input)];

    public DataViewRow GetRow(DataViewRow row, IEnumerable<DataViewSchema.Column> activeColumns) =>
        new RealRow(row, OutputSchema, added, Getters.Active(OutputSchema, activeColumns));
}
