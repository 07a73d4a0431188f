using Microsoft.Data.Sqlite;

namespace MLNet.SynthAugment.Cli.Tests.Generate;

/// <summary>All that runs of the same settings must have in common, however often they were stopped.</summary>
internal static class StoreSnapshot
{
    /// <summary>
    /// Images, rows and what was learnt of the one store in a folder, and the exported images: names to contents or
    /// hashes.
    /// </summary>
    /// <param name="storeFolder">The folder of the store's folder.</param>
    /// <param name="exported">The folder that the images were exported to.</param>
    public static SortedDictionary<string, string> Of(string storeFolder, string exported)
    {
        var store = Assert.Single(
            Directory.GetDirectories(storeFolder), folder => File.Exists(Path.Combine(folder, "manifest.db")));
        Assert.Empty(Directory.GetFiles(store, "*.tmp", SearchOption.AllDirectories));
        var snapshot = new SortedDictionary<string, string>(StringComparer.Ordinal);
        Add("image", GenerateFixture.Images(Path.Combine(store, "images")));
        Add("exported", GenerateFixture.Images(exported));
        Add("learnt", GenerateFixture.Hashes(Path.Combine(store, "state"), "*.safetensors"));
        Add("row", Rows(store, "SELECT * FROM image ORDER BY label, number"));
        Add("decision", Rows(store, "SELECT * FROM decision ORDER BY selection, label, number"));
        return snapshot;

        void Add(string kind, IEnumerable<KeyValuePair<string, string>> entries)
        {
            foreach (var (name, content) in entries)
                snapshot.Add($"{kind} {name}", content);
        }
    }

    /// <summary>The JSON of what a store was made from.</summary>
    public static string SpecificationOf(string store) =>
        Rows(store, "SELECT value FROM setting WHERE name = 'specification'").Values.Single();

    private static Dictionary<string, string> Rows(string store, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(store, "manifest.db")};Mode=ReadOnly;Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new Dictionary<string, string>();
        while (reader.Read())
        {
            var values = Enumerable.Range(0, reader.FieldCount)
                .Select(column => $"{reader.GetName(column)}={reader.GetValue(column)}");
            rows.Add($"{rows.Count:D4}", string.Join("; ", values));
        }
        return rows;
    }
}
