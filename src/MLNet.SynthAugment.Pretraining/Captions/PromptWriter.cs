namespace MLNet.SynthAugment.Pretraining.Captions;

/// <summary>
/// Puts a class name, a description of the drawing, or both into a sentence. The first template is the one that
/// DataDream's LoRA training uses, so that adapting the model begins from a sentence it knows.
/// </summary>
internal static class PromptWriter
{
    private static readonly string[] s_templates =
        ["a photo of a {0}", "a photo of a {0}", "a drawing of a {0}", "{0}"];
    private const double DescriptionOnly = 0.45;
    private const double NameOnly = 0.35;

    /// <summary>All words that the templates add to names and descriptions.</summary>
    public static IEnumerable<string> TemplateTexts => s_templates.Select(template => string.Format(template, ":"));

    /// <summary>Writes the prompt of one training image.</summary>
    /// <param name="className">The class's name, or null where it has none.</param>
    /// <param name="description">Describes another drawing of the class; called only where it is used.</param>
    /// <param name="random">Chooses template and contents.</param>
    public static string Write(string? className, Func<string>? description, SeededRandom random)
    {
        var choice = random.NextDouble();
        var template = s_templates[random.Next(s_templates.Length)];
        var subject = (className, description) switch
        {
            (null, null) => "",
            (null, _) => description!(),
            (_, null) => className,
            _ when choice < DescriptionOnly => description(),
            _ when choice < DescriptionOnly + NameOnly => className,
            _ => $"{className}: {description()}",
        };
        return string.Format(template, subject).Trim();
    }
}
