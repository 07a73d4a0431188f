using System.Text.RegularExpressions;

namespace MLNet.SynthAugment.Methods.Prompts;

/// <summary>Prompts with placeholders in braces.</summary>
internal static partial class PromptTemplate
{
    /// <summary>Stands for the class's name.</summary>
    public const string ClassPlaceholder = "{class}";

    /// <summary>The prompt for a class.</summary>
    public static string Fill(string template, string className) => template.Replace(ClassPlaceholder, className, StringComparison.Ordinal);

    /// <summary>What is wrong with a template, as a clause; null if nothing is.</summary>
    public static string? FindFault(string template)
    {
        if (string.IsNullOrWhiteSpace(template))
            return "it is empty";
        var unknown = Placeholder().Matches(template).Select(match => match.Value).FirstOrDefault(found => found != ClassPlaceholder);
        return unknown is null ? null : $"'{unknown}' is no placeholder; {ClassPlaceholder} stands for the class's name";
    }

    /// <exception cref="ArgumentException">There is no template, or one is faulty; the message names it.</exception>
    public static void Check(IReadOnlyList<string> templates, string optionName)
    {
        if (templates is not { Count: > 0 })
            throw new ArgumentException($"{optionName} has no prompt; give at least one, such as \"a photo of a {ClassPlaceholder}\".");
        foreach (var template in templates)
        {
            if (FindFault(template) is { } fault)
                throw new ArgumentException($"The prompt \"{template}\" of {optionName} cannot be used: {fault}.");
        }
    }

    [GeneratedRegex(@"\{[^{}]*\}")]
    private static partial Regex Placeholder();
}
