namespace MLNet.SynthAugment.Diffusion.Weights;

/// <summary>
/// Checks config values before a module is built from them: native code answers a wrong size with a crash.
/// </summary>
/// <param name="part">The model part, for the error.</param>
internal sealed class ConfigCheck(string part)
{
    internal void Range(string key, long value, long lowest, long highest)
    {
        if (value < lowest || value > highest)
            throw Error($"config key '{key}' is {value}, but must be between {lowest} and {highest}");
    }

    internal void Positive(string key, double value)
    {
        if (!(value > 0) || double.IsInfinity(value))
            throw Error($"config key '{key}' is {value}, but must be above 0");
    }

    internal void Each<T>(string key, IReadOnlyList<T> values, int count, Func<T, bool> isValid)
    {
        if (values.Count != count)
            throw Error($"config key '{key}' has {values.Count} values where {count} are expected");
        foreach (var value in values)
        {
            if (!isValid(value))
                throw Error($"config key '{key}' holds {value}, which is not supported or does not fit the other keys");
        }
    }

    internal void Divides(string divisorKey, long divisor, string key, long value)
    {
        if (divisor <= 0 || value % divisor != 0)
            throw Error($"config key '{divisorKey}' holds {divisor}, which does not divide '{key}' {value}");
    }

    internal void Supported<T>(string key, T value, params T[] supported)
    {
        if (!supported.Contains(value))
            throw Error($"config key '{key}' is {Show(value)}, which is not supported; supported: {string.Join(", ", supported.Select(Show))}");
    }

    internal void Neutral(string key, bool isNeutral)
    {
        if (!isNeutral)
            throw Error($"config key '{key}' has a value that changes the arithmetic and is not supported; it must be null");
    }

    private static string Show<T>(T value) => value is null ? "null" : $"'{value}'";

    private ModelFolderException Error(string problem) => new($"{part}: {problem}.");
}
