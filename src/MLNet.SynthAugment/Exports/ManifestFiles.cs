using MLNet.SynthAugment.Store;

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

/// <summary>
/// What an exported set tells of one of its images: a line of <c>manifest.csv</c>, an object of <c>manifest.json</c>.
/// </summary>
internal sealed record ExportedImage
{
    public required string File { get; init; }
    public required string Label { get; init; }
    public required long Number { get; init; }
    public required string Method { get; init; }
    public required string Prompt { get; init; }
    public required long Seed { get; init; }
    public int? Steps { get; init; }
    public double? GuidanceScale { get; init; }
    public string? Scheduler { get; init; }
    public string? ModelSha256 { get; init; }
    public string? AdapterSha256 { get; init; }
    public long? SourceRow { get; init; }
    public string? SourceImageSha256 { get; init; }
    public IReadOnlyDictionary<string, float>? SoftLabels { get; init; }
    public string? Details { get; init; }
    public double? Score { get; init; }
    public bool Accepted { get; init; }
    public string? Reason { get; init; }
    public required string Sha256 { get; init; }

    public static ExportedImage Of(StoredImage image, string file, StoreSpecification specification) => new()
    {
        File = file,
        Label = image.Label,
        Number = image.Index,
        Method = specification.Method,
        Prompt = image.Prompt,
        Seed = image.Seed,
        Steps = image.Steps,
        GuidanceScale = image.GuidanceScale,
        Scheduler = image.Scheduler,
        ModelSha256 = specification.Model,
        AdapterSha256 = image.Adapter,
        SourceRow = image.SourceRow,
        SourceImageSha256 = image.SourceHash,
        SoftLabels = image.SoftLabels,
        Details = image.Details,
        Score = float.IsNaN(image.Score) ? null : image.Score,
        Accepted = image.Decision is not { IsAccepted: false },
        Reason = image.Decision?.Reason,
        Sha256 = image.Sha256,
    };
}
