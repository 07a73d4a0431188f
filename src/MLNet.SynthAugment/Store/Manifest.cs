using Microsoft.Data.Sqlite;

namespace MLNet.SynthAugment.Store;

/// <summary>The SQLite file that says which images of a store are finished. Readable with any SQLite tool.</summary>
internal sealed class Manifest : IDisposable
{
    public const string FileName = "manifest.db";

    // "SynA" in ASCII: tells our files from other programs' SQLite files.
    private const int ApplicationId = 0x53796E41;
    private const int FormatVersion = 1;
    private const int Corrupt = 11;
    private const int NotADatabase = 26;

    private readonly SqliteConnection _connection;
    private readonly string _folder;

    private Manifest(SqliteConnection connection, string folder)
    {
        _connection = connection;
        _folder = folder;
    }

    /// <exception cref="InvalidDataException">The file is not a manifest, or a newer version's.</exception>
    /// <exception cref="IOException">The file cannot be opened or written.</exception>
    public static Manifest Open(string folder)
    {
        var path = Path.Combine(folder, FileName);
        // Without pooling the file is closed with the connection, so that a store can be moved or deleted.
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        try
        {
            connection.Open();
            var manifest = new Manifest(connection, folder);
            manifest.CheckOrCreate(path);
            return manifest;
        }
        catch (SqliteException error)
        {
            connection.Dispose();
            throw error.SqliteErrorCode is NotADatabase or Corrupt
                ? new InvalidDataException($"'{path}' is not a sound SQLite file, so '{folder}' is not a synthesis store. Choose another StoreFolder, or delete that folder.", error)
                : new IOException($"The synthesis store '{folder}' cannot be opened: {error.Message}", error);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>The text kept under a name, or null.</summary>
    public string? GetSetting(string name) => Query("SELECT value FROM setting WHERE name = $name", row => row.GetString(0), ("$name", name)).SingleOrDefault();

    public void SetSetting(string name, string value) =>
        Execute("INSERT OR REPLACE INTO setting (name, value) VALUES ($name, $value)", ("$name", name), ("$value", value));

    public IReadOnlyList<StoredImage> ReadImages() => Query(
        "SELECT label, number, file, sha256, prompt, seed, score, source FROM image ORDER BY label, number",
        row => new StoredImage(row.GetString(0), row.GetInt64(1), Path.Combine(_folder, row.GetString(2)), row.GetString(3), row.GetString(4), row.GetInt64(5),
            row.IsDBNull(6) ? float.NaN : row.GetFloat(6), row.IsDBNull(7) ? null : row.GetString(7)));

    public void Add(StoredImage image) => Execute(
        "INSERT OR REPLACE INTO image (label, number, file, sha256, prompt, seed, score, source) VALUES ($label, $number, $file, $sha256, $prompt, $seed, $score, $source)",
        ("$label", image.Label), ("$number", image.Index), ("$file", Path.GetRelativePath(_folder, image.Path).Replace('\\', '/')), ("$sha256", image.Sha256),
        ("$prompt", image.Prompt), ("$seed", image.Seed), ("$score", float.IsNaN(image.Score) ? DBNull.Value : image.Score), ("$source", (object?)image.SourceHash ?? DBNull.Value));

    public void Dispose() => _connection.Dispose();

    private void CheckOrCreate(string path)
    {
        // Two processes may open a new store at once: the write lock makes one of them create it.
        using var transaction = _connection.BeginTransaction(deferred: false);
        var application = Query("PRAGMA application_id", row => row.GetInt64(0)).Single();
        var version = Query("PRAGMA user_version", row => row.GetInt64(0)).Single();
        if (application == 0 && version == 0 && Query("SELECT count(*) FROM sqlite_master", row => row.GetInt64(0)).Single() == 0)
        {
            Execute($"PRAGMA application_id = {ApplicationId}");
            Execute($"PRAGMA user_version = {FormatVersion}");
            Execute("CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL)");
            Execute("""
                CREATE TABLE image (
                    label TEXT NOT NULL, number INTEGER NOT NULL, file TEXT NOT NULL, sha256 TEXT NOT NULL,
                    prompt TEXT NOT NULL, seed INTEGER NOT NULL, score REAL, source TEXT,
                    PRIMARY KEY (label, number))
                """);
        }
        else if (application != ApplicationId)
        {
            throw new InvalidDataException($"'{path}' is another program's SQLite file, not a synthesis store's manifest. Choose another StoreFolder.");
        }
        else if (version != FormatVersion)
        {
            throw new InvalidDataException($"'{path}' is a synthesis store of format {version}; this version reads format {FormatVersion}. Update MLNet.SynthAugment or choose another StoreFolder.");
        }
        transaction.Commit();
    }

    private void Execute(string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        using var command = Command(sql, parameters);
        command.ExecuteNonQuery();
    }

    private List<T> Query<T>(string sql, Func<SqliteDataReader, T> convert, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        using var command = Command(sql, parameters);
        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
            rows.Add(convert(reader));
        return rows;
    }

    private SqliteCommand Command(string sql, ReadOnlySpan<(string Name, object Value)> parameters)
    {
        var command = _connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in parameters)
            command.Parameters.AddWithValue(name, value);
        return command;
    }
}
