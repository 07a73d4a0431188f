using System.Text.RegularExpressions;

namespace MLNet.SynthAugment;

/// <summary>
/// Settings in messages. Errors and log sentences of the pipeline step call a property of
/// <see cref="SynthesizeFewShotEstimator.Options"/> as code does, such as <c>Options.StoreFolder</c>. A program whose
/// users set it by another name puts that in its place.
/// </summary>
public static partial class SettingName
{
    /// <summary>A message in which settings have other names.</summary>
    /// <param name="message">The message.</param>
    /// <param name="nameOf">The other name of a property; null to keep it.</param>
    public static string Replace(string message, Func<string, string?> nameOf) =>
        Names().Replace(message, match => nameOf(match.Groups["name"].Value) ?? match.Value);

    [GeneratedRegex(@"\bOptions\.(?<name>[A-Z]\w*)")]
    private static partial Regex Names();
}
