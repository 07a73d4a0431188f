using Microsoft.Data.Sqlite;

namespace MLNet.SynthAugment.Store;

/// <summary>Columns whose value may be missing.</summary>
internal static class NullableColumns
{
    public static string? Text(this SqliteDataReader row, int column) => row.IsDBNull(column)
        ? null : row.GetString(column);

    public static long? Integer(this SqliteDataReader row, int column) => row.IsDBNull(column)
        ? null : row.GetInt64(column);

    public static double? Real(this SqliteDataReader row, int column) => row.IsDBNull(column)
        ? null : row.GetDouble(column);
}
