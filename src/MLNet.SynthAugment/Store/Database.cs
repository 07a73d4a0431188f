using System.Diagnostics.CodeAnalysis;
using Microsoft.Data.Sqlite;
using MLNet.SynthAugment.Files;

namespace MLNet.SynthAugment.Store;

/// <summary>A SQLite file, with parameters in commands and rows in lists.</summary>
internal sealed class Database : IDisposable
{
    // SQLite's result codes.
    private const int ReadOnly = 8;
    private const int Corrupt = 11;
    private const int Full = 13;
    private const int NotADatabase = 26;

    // How long a command waits for other processes' transactions, which take a batch's rows each.
    private const int PatienceInSeconds = 300;

    private readonly SqliteConnection _connection;

    /// <exception cref="IOException">The file cannot be opened. All other members throw it too where the file cannot be
    /// read or written.</exception>
    /// <exception cref="InvalidDataException">The file is no SQLite file or damaged; all other members throw it
    /// too.</exception>
    public Database(string path, bool isReadOnly)
    {
        Path = path;
        _connection = new SqliteConnection(
            ConnectionString(path, isReadOnly ? SqliteOpenMode.ReadOnly : SqliteOpenMode.ReadWriteCreate));
        Guard(_connection.Open);
    }

    public string Path { get; }

    /// <summary>Does work in one transaction, which takes the write lock at its begin.</summary>
    public void Transact(Action work) => Guard(() =>
    {
        using var transaction = _connection.BeginTransaction(deferred: false);
        work();
        transaction.Commit();
    });

    public void Execute(string sql, params (string Name, object? Value)[] parameters) => Guard(() =>
    {
        using var command = Command(sql, parameters);
        command.ExecuteNonQuery();
    });

    public List<T> Query<T>(
        string sql, Func<SqliteDataReader, T> convert, params (string Name, object? Value)[] parameters)
    {
        var rows = new List<T>();
        Guard(() =>
        {
            using var command = Command(sql, parameters);
            using var reader = command.ExecuteReader();
            while (reader.Read())
                rows.Add(convert(reader));
        });
        return rows;
    }

    /// <summary>Writes a sound copy of the database as it is now, whatever other processes do to it.</summary>
    public void CopyTo(string path) => Guard(() =>
    {
        using var copy = new SqliteConnection(ConnectionString(path, SqliteOpenMode.ReadWriteCreate));
        copy.Open();
        _connection.BackupDatabase(copy);
    }, path);

    public void Dispose() => _connection.Dispose();

    [SuppressMessage("Security", "CA2100", Justification =
        "The text of each command is a constant; values are parameters.")]
    private SqliteCommand Command(string sql, (string Name, object? Value)[] parameters)
    {
        var command = _connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in parameters)
            command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        return command;
    }

    // Without pooling the file is closed with the connection, so that a store can be moved or deleted.
    private static string ConnectionString(string path, SqliteOpenMode mode) =>
        new SqliteConnectionStringBuilder
        { DataSource = path, Pooling = false, Mode = mode, DefaultTimeout = PatienceInSeconds }.ToString();

    // What is written is the database itself, or another file.
    private void Guard(Action work, string? written = null)
    {
        try
        {
            work();
        }
        catch (SqliteException error)
        {
            var folder = System.IO.Path.GetDirectoryName(written ?? Path);
            throw error.SqliteErrorCode switch
            {
                NotADatabase or Corrupt =>
                    new InvalidDataException(
                        $"'{Path}' is not a sound SQLite file, so '{folder}' is not a synthesis store. Choose "
                            + "another Options.StoreFolder, or delete that folder.", error),
                Full => StoreErrors.Full(folder!, error),
                ReadOnly => StoreErrors.ReadOnly(folder!, error),
                _ => new IOException($"The manifest of the synthesis store '{folder}' cannot be read or written: "
                    + $"{error.Message}", error),
            };
        }
    }
}

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
