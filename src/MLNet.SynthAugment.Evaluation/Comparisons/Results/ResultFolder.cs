namespace MLNet.SynthAugment.Evaluation.Comparisons.Results;

/// <summary>
/// Results as files, each written at once when it is known, under a name with the hash of all it depends on: a
/// resumed comparison finds what is done, and never what was done with other settings.
/// </summary>
/// <param name="folder">The folder, which need not be there.</param>
internal sealed class ResultFolder(string folder)
{
    /// <summary>A result, or null if it is not there.</summary>
    /// <exception cref="InvalidDataException">The file holds something else.</exception>
    public T? Find<T>(string name, JsonObject key)
        where T : class
    {
        var path = PathOf(name, key);
        if (!File.Exists(path))
            return null;
        try
        {
            return JsonSerializer.Deserialize<T>(File.ReadAllBytes(path), ComparisonJson.Format)
                ?? throw new JsonException("it is empty");
        }
        catch (JsonException error)
        {
            throw new InvalidDataException(
                $"'{path}' holds no result of a comparison: {error.Message} Delete it, and it is made again.", error);
        }
    }

    /// <summary>Writes a result: whole, or not at all.</summary>
    public void Write<T>(string name, JsonObject key, T result) =>
        AtomicFile.WriteText(PathOf(name, key),
            JsonSerializer.Serialize(result, ComparisonJson.Format) + Environment.NewLine);

    private string PathOf(string name, JsonObject key)
    {
        var hash = FileNames.Hash(key.ToJsonString(ComparisonJson.Format));
        return Path.Combine(folder, $"{FileNames.Readable(name)}-{hash}.json");
    }
}
