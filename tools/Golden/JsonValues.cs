namespace MLNet.SynthAugment.Golden;

/// <summary>Short ways to read golden JSON.</summary>
internal static class JsonValues
{
    /// <summary>A text.</summary>
    /// <exception cref="KeyNotFoundException">It is not there.</exception>
    public static string Text(this JsonElement element, string key) =>
        element.Field(key).GetString() ?? throw new FormatException($"'{key}' is null.");

    /// <summary>A real number.</summary>
    /// <exception cref="KeyNotFoundException">It is not there.</exception>
    public static double Number(this JsonElement element, string key) => element.Field(key).GetDouble();

    /// <summary>A real number, or another where it is not there.</summary>
    public static double Number(this JsonElement element, string key, double otherwise) =>
        element.TryGetProperty(key, out var value) ? value.GetDouble() : otherwise;

    /// <summary>A whole number.</summary>
    /// <exception cref="KeyNotFoundException">It is not there.</exception>
    public static int Count(this JsonElement element, string key) => element.Field(key).GetInt32();

    /// <summary>A list of real numbers.</summary>
    public static double[] Numbers(this JsonElement list) =>
        [.. list.EnumerateArray().Select(number => number.GetDouble())];

    /// <summary>A list of whole numbers.</summary>
    public static long[] Integers(this JsonElement list) =>
        [.. list.EnumerateArray().Select(number => number.GetInt64())];

    /// <summary>A list of lists of real numbers, one after the other.</summary>
    public static double[] NumbersOfRows(this JsonElement rows) => [.. rows.EnumerateArray().SelectMany(Numbers)];

    /// <summary>A field.</summary>
    /// <exception cref="KeyNotFoundException">It is not there.</exception>
    public static JsonElement Field(this JsonElement element, string key) =>
        element.TryGetProperty(key, out var value)
            ? value : throw new KeyNotFoundException($"The golden JSON has no '{key}'.");
}
