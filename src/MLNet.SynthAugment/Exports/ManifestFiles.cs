using System.Globalization;
using System.Text;
using System.Text.Json;
using MLNet.SynthAugment.Diffusion.Files;

namespace MLNet.SynthAugment.Exports;

/// <summary>The manifest of an exported set, for spreadsheets and for programs.</summary>
internal static class ManifestFiles
{
    private static readonly JsonSerializerOptions s_json = new()
    { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true };

    /// <summary>Comma-separated values with a header line (RFC 4180), in UTF-8.</summary>
    public static byte[] Table(IEnumerable<ExportedImage> images)
    {
        var properties = typeof(ExportedImage).GetProperties();
        var text = new StringBuilder();
        AppendLine(text, properties.Select(property => JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name)));
        foreach (var image in images)
            AppendLine(text, properties.Select(property => Format(property.GetValue(image))));
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    public static byte[] Json(IEnumerable<ExportedImage> images) => JsonSerializer.SerializeToUtf8Bytes(images, s_json);

    private static string Format(object? value) => value switch
    {
        IReadOnlyDictionary<string, float> weights => JsonSerializer.Serialize(weights),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };

    private static void AppendLine(StringBuilder text, IEnumerable<string> fields) =>
        text.Append(Csv.Line(fields)).Append("\r\n");
}
