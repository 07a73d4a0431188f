using Microsoft.Data.Sqlite;

namespace MLNet.SynthAugment.Tests.Store;

/// <summary>What a store's manifest tells of an image, read as any SQLite tool would.</summary>
public sealed class ProvenanceTests : IDisposable
{
    private readonly Fitting _fitting = new();

    public void Dispose() => _fitting.Dispose();

    [Fact]
    public void Every_row_tells_how_its_image_came_about()
    {
        var options = _fitting.Options(perClass: 2);
        options.Method = new PlannedImages();
        var shots = _fitting.WriteShots();
        var fitted = _fitting.Fit(_fitting.ML.Data.LoadFromEnumerable(shots), options);
        using var connection = new SqliteConnection($"Data Source={Path.Combine(fitted.StoreFolder, "manifest.db")};Pooling=False;Mode=ReadOnly");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT * FROM image JOIN overview USING (label, number) WHERE label = 'owl' AND "
            + "number = 1";
        using var reader = command.ExecuteReader();
        Assert.True(reader.Read());
        string Text(string column) =>
            Convert.ToString(reader[column], System.Globalization.CultureInfo.InvariantCulture)!;
        Assert.Equal(("PlannedImages", "", new string('a', 64), "a photo of a owl", "11", "20", "2.5", "DdimScheduler"),
            (Text("method"), Text("model_sha256"), Text("adapter_sha256"), Text("prompt"), Text("seed"), Text("steps"),
                Text("guidance_scale"), Text("scheduler")));
        Assert.Equal(("""{"owl":0.75,"cat":0.25}""", """{"strength":0.5}""", "0.25", "", "0.25"),
            (Text("soft_labels"), Text("details"), Text("method_score"), Text("decision"), Text("score")));
        Assert.Equal("owl", shots[int.Parse(Text("source_row"))].Label);
        Assert.Equal(64, Text("source_image_sha256").Length);
        Assert.Matches("^images/owl-[0-9a-f]{16}/000001.png$", Text("file"));
        Assert.False(reader.Read());
    }
}
