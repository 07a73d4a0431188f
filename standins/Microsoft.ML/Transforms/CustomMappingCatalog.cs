using Microsoft.ML.Data;
using Microsoft.ML.Rows;
using Microsoft.ML.Transforms;
using Microsoft.ML.Typed;

namespace Microsoft.ML;

/// <summary>Steps made of a user's function.</summary>
public static class CustomMappingCatalog
{
    public static CustomMappingEstimator<TSrc, TDst> CustomMapping<TSrc, TDst>(
        this TransformsCatalog catalog,
        Action<TSrc, TDst> mapAction,
        string contractName,
        SchemaDefinition inputSchemaDefinition = null,
        SchemaDefinition outputSchemaDefinition = null)
        where TSrc : class, new()
        where TDst : class, new() =>
        new(catalog.Environment, mapAction, contractName, inputSchemaDefinition, outputSchemaDefinition);

    public static IDataView FilterByCustomPredicate<TSrc>(this DataOperationsCatalog catalog, IDataView input, Func<TSrc, bool> filterPredicate)
        where TSrc : class, new()
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(filterPredicate);
        var reader = new RowReader<TSrc>(input.Schema);

        // As its name does not say, the predicate is true for the rows to drop.
        return new FilteredView(input, [.. reader.Columns], row =>
        {
            var read = reader.CreateReader(row);
            var source = new TSrc();
            return () =>
            {
                read(source);
                return !filterPredicate(source);
            };
        });
    }
}
