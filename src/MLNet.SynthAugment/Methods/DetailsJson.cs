using System.Text.Json;
using System.Text.Json.Serialization;

namespace MLNet.SynthAugment.Methods;

/// <summary>
/// How <see cref="SyntheticImage.Details"/> are written: camelCase names, nothing for what there is not. docs/store.md
/// lists the names.
/// </summary>
internal static class DetailsJson
{
    public static readonly JsonSerializerOptions Format = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        RespectRequiredConstructorParameters = true,
    };

    public static string Write<TDetails>(TDetails details) => JsonSerializer.Serialize(details, Format);
}
