namespace Microsoft.ML;

/// <summary>The errors of a pipeline that does not fit its data.</summary>
internal static class Errors
{
    public static ArgumentOutOfRangeException ColumnNotFound(string parameter, string role, string column) =>
        new(parameter, $"Could not find {role} column '{column}'");

    public static ArgumentOutOfRangeException TypeMismatch(string parameter, string role, string column, string expected, string actual) =>
        new(parameter, $"Schema mismatch for {role} column '{column}': expected {expected}, got {actual}");

    public static DataViewSchema.Column Require(this DataViewSchema schema, string column, string role = "input", string parameter = "inputSchema") =>
        schema.GetColumnOrNull(column) ?? throw ColumnNotFound(parameter, role, column);

    public static SchemaShape.Column Require(this SchemaShape shape, string column, string role = "input", string parameter = "inputSchema") =>
        shape.TryFindColumn(column, out var found) ? found : throw ColumnNotFound(parameter, role, column);
}
