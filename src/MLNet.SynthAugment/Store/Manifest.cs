using Microsoft.Data.Sqlite;
using MLNet.SynthAugment.Files;

namespace MLNet.SynthAugment.Store;

/// <summary>The SQLite file that says which images of a store are finished. Readable with any SQLite tool.</summary>
internal sealed class Manifest : IDisposable
{
    private const string ImageColumns =
        "label, number, file, sha256, adapter_sha256, prompt, seed, steps, guidance_scale, scheduler, source_row, "
            + "source_image_sha256, soft_labels, details, method_score";

    private readonly Database _database;
    private readonly string _folder;

    private Manifest(Database database, string folder)
    {
        _database = database;
        _folder = folder;
        Selections = new SelectionRecords(database);
    }

    /// <exception cref="InvalidDataException">The file is not a manifest, or of another version.</exception>
    /// <exception cref="IOException">The file cannot be opened or written.</exception>
    public static Manifest Open(string folder, bool isReadOnly)
    {
        var database = new Database(StoreLayout.ManifestOf(folder), isReadOnly);
        try
        {
            var manifest = new Manifest(database, folder);
            if (isReadOnly)
                manifest.Check();
            else
                // Two processes may open a new store at once: the write lock makes one of them create it.
                database.Transact(manifest.CheckOrCreate);
            return manifest;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>What selections measured and decided.</summary>
    public SelectionRecords Selections { get; }

    /// <summary>The text kept under a name, or null.</summary>
    public string? GetSetting(string name) =>
        _database.Query("SELECT value FROM setting WHERE name = $name", row => row.GetString(0), ("$name", name))
            .SingleOrDefault();

    public void SetSetting(string name, string value) =>
        _database.Execute("INSERT OR REPLACE INTO setting (name, value) VALUES ($name, $value)", ("$name", name),
            ("$value", value));

    public IReadOnlyList<StoredImage> ReadImages() =>
        _database.Query($"SELECT {ImageColumns} FROM image ORDER BY label, number", ReadImage);

    public IReadOnlyList<StoredImage> ReadImages(string label, long first, long last) => _database.Query(
        $"SELECT {ImageColumns} FROM image WHERE label = $label AND number BETWEEN $first AND $last", ReadImage,
        ("$label", label), ("$first", first), ("$last", last));

    /// <summary>Adds or replaces rows, all or none.</summary>
    public void Add(IEnumerable<StoredImage> images, string method, string? model) => _database.Transact(() =>
    {
        foreach (var image in images)
        {
            _database.Execute(
                """
                INSERT OR REPLACE INTO image (label, number, file, sha256, method, model_sha256, adapter_sha256,
                    prompt, seed, steps, guidance_scale, scheduler, source_row, source_image_sha256, soft_labels,
                    details, method_score)
                VALUES ($label, $number, $file, $sha256, $method, $model, $adapter, $prompt, $seed, $steps, $guidance,
                    $scheduler, $row, $source, $soft, $details, $score)
                """,
                ("$label", image.Label), ("$number", image.Index),
                    ("$file", Path.GetRelativePath(_folder, image.Path).Replace('\\', '/')), ("$sha256", image.Sha256),
                ("$method", method), ("$model", model), ("$adapter", image.Adapter), ("$prompt", image.Prompt),
                    ("$seed", image.Seed), ("$steps", image.Steps),
                ("$guidance", image.GuidanceScale), ("$scheduler", image.Scheduler), ("$row", image.SourceRow),
                    ("$source", image.SourceHash),
                ("$soft", image.SoftLabels is null ? null : JsonSerializer.Serialize(image.SoftLabels)),
                    ("$details", image.Details),
                ("$score", float.IsNaN(image.MethodScore) ? null : image.MethodScore));
        }
    });

    public void CopyTo(string path) => _database.CopyTo(path);

    public void Dispose() => _database.Dispose();

    private void CheckOrCreate()
    {
        if (ReadNumber("PRAGMA application_id") == 0 && ReadNumber("PRAGMA user_version") == 0
            && ReadNumber("SELECT count(*) FROM sqlite_master") == 0)
        {
            _database.Execute($"PRAGMA application_id = {ManifestSchema.ApplicationId}");
            _database.Execute($"PRAGMA user_version = {ManifestSchema.FormatVersion}");
            _database.Execute(ManifestSchema.Create);
        }
        else
        {
            Check();
        }
    }

    private void Check()
    {
        if (ReadNumber("PRAGMA application_id") != ManifestSchema.ApplicationId)
            throw new InvalidDataException(
                $"'{_database.Path}' is another program's SQLite file, not a synthesis store's manifest. Choose "
                    + "another Options.StoreFolder.");
        var version = ReadNumber("PRAGMA user_version");
        if (version != ManifestSchema.FormatVersion)
        {
            throw new InvalidDataException(
                $"'{_database.Path}' is a synthesis store of format {version}; this version reads format "
                    + $"{ManifestSchema.FormatVersion}. "
                + (version > ManifestSchema.FormatVersion
                    ? "Update MLNet.SynthAugment or choose another Options.StoreFolder."
                    : "It was made by an older version: choose another Options.StoreFolder, or delete that "
                        + "folder."));
        }
    }

    private long ReadNumber(string sql) => _database.Query(sql, row => row.GetInt64(0)).Single();

    private StoredImage ReadImage(SqliteDataReader row)
    {
        try
        {
            return new StoredImage(row.GetString(0), row.GetInt64(1), Path.Combine(_folder, row.GetString(2)),
                row.GetString(3))
            {
                Adapter = row.Text(4),
                Prompt = row.GetString(5),
                Seed = row.GetInt64(6),
                Steps = (int?)row.Integer(7),
                GuidanceScale = row.Real(8),
                Scheduler = row.Text(9),
                SourceRow = row.Integer(10),
                SourceHash = row.Text(11),
                SoftLabels = row.Text(12) is { } soft
                    ? JsonSerializer.Deserialize<Dictionary<string, float>>(soft) : null,
                Details = row.Text(13),
                MethodScore = (float?)row.Real(14) ?? float.NaN,
            };
        }
        catch (Exception error)
            when (error is JsonException or InvalidOperationException or InvalidCastException or FormatException)
        {
            throw new InvalidDataException(
                $"A row of the table 'image' of '{_database.Path}' is damaged: {error.Message} Delete the row, and "
                    + "the image will be made again.", error);
        }
    }
}

/// <summary>The tables of a manifest; docs/store.md describes them for readers.</summary>
internal static class ManifestSchema
{
    // "SynA" in ASCII: tells our files from other programs' SQLite files.
    public const int ApplicationId = 0x53796E41;

    public const int FormatVersion = 2;

    public const string Create = """
        CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL);
        CREATE TABLE image (
            label TEXT NOT NULL, number INTEGER NOT NULL, file TEXT NOT NULL, sha256 TEXT NOT NULL,
            method TEXT NOT NULL, model_sha256 TEXT, adapter_sha256 TEXT,
            prompt TEXT NOT NULL, seed INTEGER NOT NULL, steps INTEGER, guidance_scale REAL, scheduler TEXT,
            source_row INTEGER, source_image_sha256 TEXT, soft_labels TEXT, details TEXT, method_score REAL,
            PRIMARY KEY (label, number));
        CREATE TABLE clip_feature (
            clip_sha256 TEXT NOT NULL, image_sha256 TEXT NOT NULL, feature BLOB NOT NULL,
            PRIMARY KEY (clip_sha256, image_sha256)) WITHOUT ROWID;
        CREATE TABLE selection (id INTEGER PRIMARY KEY, settings TEXT NOT NULL UNIQUE);
        CREATE TABLE decision (
            selection INTEGER NOT NULL REFERENCES selection (id), label TEXT NOT NULL, number INTEGER NOT NULL,
            image_sha256 TEXT NOT NULL,
            accepted INTEGER NOT NULL, reason TEXT, class_probability REAL, most_probable_class TEXT,
            shot_similarity REAL, nearest_shot_sha256 TEXT, image_similarity REAL, nearest_image INTEGER,
            near_copy INTEGER NOT NULL,
            PRIMARY KEY (selection, label, number));
        CREATE VIEW overview AS
            SELECT image.label, image.number, image.file, decision.selection,
                CASE decision.accepted WHEN 1 THEN 'accepted' WHEN 0 THEN 'rejected' END AS decision, decision.reason,
                coalesce(decision.class_probability, image.method_score) AS score, decision.shot_similarity,
                image.prompt, image.seed, image.source_row, image.adapter_sha256
            FROM image LEFT JOIN decision USING (label, number)
            ORDER BY decision.selection, image.label, image.number;
        """;
}
