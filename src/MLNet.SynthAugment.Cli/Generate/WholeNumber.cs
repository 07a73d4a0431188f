using System.CommandLine;
using System.CommandLine.Parsing;

namespace MLNet.SynthAugment.Cli.Generate;

/// <summary>Options that take a whole number.</summary>
internal static class WholeNumber
{
    /// <summary>An option that takes no number below a bound.</summary>
    public static Option<int?> AtLeast(int least, string name, string description)
    {
        var option = new Option<int?>(name) { Description = description };
        option.Validators.Add((OptionResult result) =>
        {
            if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out var value) && value < least)
                result.AddError($"{name} must be at least {least}, not {value}.");
        });
        return option;
    }
}
