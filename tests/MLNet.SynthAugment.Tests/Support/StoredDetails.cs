using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;

namespace MLNet.SynthAugment.Tests.Support;

/// <summary>What the manifest tells of an image in its column <c>details</c>, beside its source.</summary>
public sealed record StoredDetails(string Label, long Number, long? SourceRow, JsonObject Details)
{
    /// <summary>The row of a shot in the details; null where there is none.</summary>
    public long? RowOf(string shot) => (long?)Details[shot]?["row"];

    /// <summary>Those of all images in a store. Each name must be one that docs/store.md explains.</summary>
    public static List<StoredDetails> Of(SynthesizeFewShotTransformer fitted)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(fitted.StoreFolder, "manifest.db")};Pooling=False;Mode=ReadOnly");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT label, number, source_row, details FROM image ORDER BY label, number";
        using var reader = command.ExecuteReader();
        var found = new List<StoredDetails>();
        while (reader.Read())
            found.Add(new StoredDetails(
                reader.GetString(0), reader.GetInt64(1), reader.IsDBNull(2)
                ? null : reader.GetInt64(2), reader.IsDBNull(3)
                    ? [] : JsonNode.Parse(reader.GetString(3))!.AsObject()));
        var documented = File.ReadAllText(Repository.PathOf("docs", "store.md"));
        Assert.All(found.SelectMany(image => image.Details).Select(detail => detail.Key).Distinct(),
            name => Assert.Contains($"`{name}`", documented));
        return found;
    }
}
