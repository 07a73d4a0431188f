using System.Text.Encodings.Web;

namespace MLNet.SynthAugment.Evaluation.Comparisons;

/// <summary>How results are written: readable by people, enumerations by name.</summary>
public static class ComparisonJson
{
    /// <summary>The format.</summary>
    public static JsonSerializerOptions Format { get; } = new()
    {
        WriteIndented = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter() },
    };
}

/// <summary>
/// Writes lists of numbers on one line: a line for each number of each training would make files of millions of lines.
/// </summary>
internal sealed class OneLineConverter<T> : JsonConverter<T>
{
    private static readonly JsonSerializerOptions s_onOneLine = new(ComparisonJson.Format) { WriteIndented = false };

    public override T? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        JsonSerializer.Deserialize<T>(ref reader, s_onOneLine);

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WriteRawValue(JsonSerializer.Serialize(value, s_onOneLine));
}
