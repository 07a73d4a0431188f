namespace MLNet.SynthAugment.Diffusion.Lora.Formats;

/// <summary>
/// Formats without a place for alpha are read with alpha = rank, so another scale is multiplied into B. Where that is
/// exact (a scale that is a power of two) the alphas are noted in the metadata, and reading gives back the very same
/// adapter.
/// </summary>
internal static class FoldedAlphas
{
    private const string Key = "folded_alphas";
    private const string ShiftsKey = "folded_shifts";

    /// <summary>The metadata with a note of the alphas that were multiplied into B.</summary>
    public static Dictionary<string, string> Note(LoraAdapter adapter, IReadOnlyDictionary<string, string> metadata)
    {
        var alphas = adapter.Layers.Where(layer => layer.Value.Scale != 1 && IsPowerOfTwo(layer.Value.Scale))
            .ToDictionary(layer => layer.Key, layer => layer.Value.Alpha);
        var noted = new Dictionary<string, string>(metadata);
        if (alphas.Count > 0)
            noted[Key] = JsonSerializer.Serialize(alphas);
        return noted;
    }

    /// <summary>Notes the powers of two that were moved from B to A.</summary>
    public static void NoteShifts(Dictionary<string, int> shifts, Dictionary<string, string> metadata)
    {
        if (shifts.Count > 0)
            metadata[ShiftsKey] = JsonSerializer.Serialize(shifts);
    }

    /// <summary>
    /// Takes the noted alphas of a file out of its metadata; none where the note is damaged, which changes no result.
    /// </summary>
    public static IReadOnlyDictionary<string, float> Take(Dictionary<string, string> metadata) =>
        Take<float>(metadata, Key);

    /// <summary>
    /// Takes the noted powers of two of a file out of its metadata; none where the note is damaged, which changes no
    /// result.
    /// </summary>
    public static IReadOnlyDictionary<string, int> TakeShifts(Dictionary<string, string> metadata) =>
        Take<int>(metadata, ShiftsKey);

    private static Dictionary<string, T> Take<T>(Dictionary<string, string> metadata, string key)
    {
        if (!metadata.Remove(key, out var note))
            return [];
        try
        {
            return JsonSerializer.Deserialize<Dictionary<string, T>>(note) ?? [];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    /// <summary>Whether multiplication by a scale is exact.</summary>
    public static bool IsPowerOfTwo(float scale) =>
        float.IsNormal(scale) && (BitConverter.SingleToUInt32Bits(scale) & 0x7FFFFF) == 0 && scale > 0;
}
