namespace MLNet.SynthAugment.Methods;

/// <summary>Checks of methods' settings, whose errors name the setting as users write it.</summary>
internal static class SettingChecks
{
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public static void RequireAtLeastOne(string name, int value) =>
        ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, name);

    /// <exception cref="ArgumentOutOfRangeException">The value is not above 0, or above the highest one.</exception>
    public static void RequirePositive(string name, double value, double highest = double.MaxValue)
    {
        if (!(value > 0 && value <= highest))
            throw new ArgumentOutOfRangeException(name, value, highest == double.MaxValue
                ? "It must be above 0." : $"It must be above 0 and at most {highest}.");
    }

    /// <exception cref="ArgumentOutOfRangeException">The value is below 0, or above the highest one.</exception>
    public static void RequireNotNegative(string name, double value, double highest = double.MaxValue)
    {
        if (!(value >= 0 && value <= highest))
            throw new ArgumentOutOfRangeException(name, value, highest == double.MaxValue
                ? "It must be at least 0." : $"It must be 0 to {highest}.");
    }

    /// <summary>Runs the check of settings that are a value of their own, whose errors name it first.</summary>
    /// <param name="name">The property that holds the settings.</param>
    /// <param name="validate">Their check.</param>
    public static void Within(string name, Action validate)
    {
        try
        {
            validate();
        }
        catch (ArgumentOutOfRangeException error) when (error.ParamName is not null)
        {
            // The first line says what is wrong; the rest repeats name and value.
            var reason = error.Message.Split(Environment.NewLine)[0]
                .Replace($"(Parameter '{error.ParamName}')", "", StringComparison.Ordinal).Trim();
            throw new ArgumentOutOfRangeException($"{name}.{error.ParamName}", error.ActualValue, reason);
        }
    }
}
