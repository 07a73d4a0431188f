using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using MLNet.SynthAugment.Methods;

namespace MLNet.SynthAugment.Tests.Store;

/// <summary>Images that an earlier version made are not taken for those of this one, and the log says so.</summary>
public sealed class EarlierStoreTests : IDisposable
{
    private readonly TinyModelFitting _fitting = new();

    public void Dispose() => _fitting.Dispose();

    [Fact]
    public void A_store_of_an_earlier_version_is_named_with_the_reason_why_it_is_not_used()
    {
        var method = new ClassNamePrompt { Sampling = new() { Steps = 1 } };
        var store = _fitting.Fit(method).StoreFolder;
        Assert.DoesNotContain(_fitting.Log, line => line.Contains("of the same method and data"));

        // As version 1 wrote it: the settings side by side, and no word on who made it.
        var earlier = Path.Combine(Path.GetDirectoryName(store)!, "classnameprompt-0123456789abcdef");
        Directory.Move(store, earlier);
        ChangeSpecification(earlier, specification =>
        {
            specification["Version"] = 1;
            specification["Settings"] = new JsonObject
            { ["Name"] = "ClassNamePrompt", ["SamplingSteps"] = 1, ["GuidanceScale"] = 7.5 };
        });

        Assert.Equal(store, _fitting.Fit(method).StoreFolder);
        var warning = Assert.Single(_fitting.Log, line => line.Contains("of the same method and data"));
        Assert.Contains($"'{earlier}' has 12 images", warning);
        Assert.Contains("made by an earlier version", warning);
        Assert.Contains("it is not used", warning);

        // Said once, when the new store begins.
        _fitting.Fit(method);
        Assert.Single(_fitting.Log, line => line.Contains("of the same method and data"));
        Assert.StartsWith("MLNet.SynthAugment 0.", ReadSetting(store, "made_by"));
    }

    private static void ChangeSpecification(string store, Action<JsonObject> change)
    {
        var specification = JsonNode.Parse(ReadSetting(store, "specification"))!.AsObject();
        change(specification);
        Execute(store, "UPDATE setting SET value = $value WHERE name = 'specification'", specification.ToJsonString());
        Execute(store, "DELETE FROM setting WHERE name = 'made_by'", "");
    }

    private static string ReadSetting(string store, string name) =>
        (string)Execute(store, "SELECT value FROM setting WHERE name = $value", name)!;

    private static object? Execute(string store, string sql, string value)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(store, "manifest.db")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.Parameters.AddWithValue("$value", value);
        return command.ExecuteScalar();
    }
}
