using System.Globalization;

namespace MLNet.SynthAugment.Cli.Compare;

/// <summary>Whole numbers between commas.</summary>
internal static class NumberList
{
    /// <exception cref="ArgumentException">The text holds something else; the message names the option.</exception>
    public static IReadOnlyList<int> Parse(string option, string text) =>
        [.. text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        .Select(part => int.TryParse(part, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new ArgumentException(
                $"{option} takes whole numbers between commas, such as 1,2,4; '{part}' is none."))];
}
