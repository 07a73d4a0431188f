using System.Text.RegularExpressions;

namespace MLNet.SynthAugment.Methods.Prompts;

/// <summary>Prompts with placeholders in braces.</summary>
internal static partial class PromptTemplate
{
    public const string Class = "{class}";
    public const string Word = "{word}";
    public const string Token = TextualInversionOptions.Placeholder;

    private static readonly Dictionary<string, string> s_meanings = new()
    {
        [Class] = "the class's name",
        [Word] = "the data set's word",
        [Token] = "the class's learnt token",
    };

    /// <summary>The prompt for a class.</summary>
    /// <param name="template">The template.</param>
    /// <param name="className">Stands for <c>{class}</c>.</param>
    /// <param name="datasetWord">Stands with a space for <c>{word}</c>; empty for none.</param>
    public static string Fill(string template, string className, string datasetWord = "") => template
        .Replace(Word, datasetWord.Length == 0 ? "" : datasetWord + " ", StringComparison.Ordinal)
        .Replace(Class, className, StringComparison.Ordinal);

    /// <summary>The prompts for a class.</summary>
    public static IReadOnlyList<string> FillAll(
        IReadOnlyList<string> templates, string className, string datasetWord) =>
        [.. templates.Select(template => Fill(template, className, datasetWord))];

    /// <summary>What is wrong with a template, as a clause; null if nothing is.</summary>
    /// <param name="template">The template.</param>
    /// <param name="placeholders">Those that are filled in; without any, <see cref="Class"/> and
    /// <see cref="Word"/>.</param>
    public static string? FindFault(string template, params IReadOnlyList<string> placeholders)
    {
        if (string.IsNullOrWhiteSpace(template))
            return "it is empty";
        if (placeholders.Count == 0)
            placeholders = [Class, Word];
        var unknown = Placeholder().Matches(template).Select(match => match.Value)
            .FirstOrDefault(found => !placeholders.Contains(found));
        if (unknown is null)
            return null;
        var known = placeholders.Select(
            (name, i) => $"{name} {(i == 0 ? "stands for" : "for")} {s_meanings[name]}");
        return $"'{unknown}' is no placeholder; {string.Join(", ", known)}";
    }

    /// <summary>Refuses templates that no prompt can be made of.</summary>
    /// <param name="templates">The templates.</param>
    /// <param name="optionName">Where they come from.</param>
    /// <param name="placeholders">As for <see cref="FindFault"/>.</param>
    /// <exception cref="ArgumentException">There is no template, or one is faulty; the message names it.</exception>
    public static void Check(
        IReadOnlyList<string> templates, string optionName, params IReadOnlyList<string> placeholders)
    {
        if (templates is not { Count: > 0 })
            throw new ArgumentException(
                $"{optionName} has no prompt; give at least one, such as \"a photo of a "
                    + $"{placeholders.FirstOrDefault(Class)}\".");
        foreach (var template in templates)
        {
            if (FindFault(template, placeholders) is { } fault)
                throw new ArgumentException($"The prompt \"{template}\" of {optionName} cannot be used: {fault}.");
        }
    }

    /// <summary>
    /// Warns of a prompt that says the same of all classes: no error, because what was learnt may tell them apart, but
    /// often a slip.
    /// </summary>
    public static void WarnIfShared(IReadOnlyList<string> templates, string optionName, SynthesisContext context)
    {
        if (context.Classes.Count > 1
            && templates.FirstOrDefault(template => !template.Contains(Class, StringComparison.Ordinal)) is { } shared)
            context.Warn($"The prompt \"{shared}\" of {optionName} says the same of all {context.Classes.Count} "
                + $"classes: {Class} in it would stand for the class's name.");
    }

    [GeneratedRegex(@"\{[^{}]*\}")]
    private static partial Regex Placeholder();
}
