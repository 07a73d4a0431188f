using System.Text.RegularExpressions;

namespace MLNet.SynthAugment.Methods.Prompts;

/// <summary>Prompts with placeholders in braces.</summary>
internal static partial class PromptTemplate
{
    private const string ClassPlaceholder = "{class}";
    private const string WordPlaceholder = "{word}";

    /// <summary>The prompt for a class.</summary>
    /// <param name="template">The template.</param>
    /// <param name="className">Stands for <c>{class}</c>.</param>
    /// <param name="datasetWord">Stands with a space for <c>{word}</c>; empty for none.</param>
    public static string Fill(string template, string className, string datasetWord = "") => template
        .Replace(WordPlaceholder, datasetWord.Length == 0 ? "" : datasetWord + " ", StringComparison.Ordinal)
        .Replace(ClassPlaceholder, className, StringComparison.Ordinal);

    /// <summary>The prompts for a class.</summary>
    public static IReadOnlyList<string> FillAll(IReadOnlyList<string> templates, string className, string datasetWord) =>
        [.. templates.Select(template => Fill(template, className, datasetWord))];

    /// <summary>What is wrong with a template, as a clause; null if nothing is.</summary>
    public static string? FindFault(string template)
    {
        if (string.IsNullOrWhiteSpace(template))
            return "it is empty";
        var unknown = Placeholder().Matches(template).Select(match => match.Value).FirstOrDefault(found => found is not (ClassPlaceholder or WordPlaceholder));
        return unknown is null ? null : $"'{unknown}' is no placeholder; {ClassPlaceholder} stands for the class's name, {WordPlaceholder} for the data set's word";
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
