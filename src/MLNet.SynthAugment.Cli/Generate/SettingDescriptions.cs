using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;

namespace MLNet.SynthAugment.Cli.Generate;

/// <summary>
/// What the settings of a method mean, from the documentation that the compiler writes beside an assembly.
/// </summary>
internal static partial class SettingDescriptions
{
    /// <summary>
    /// A function from a setting's name to its description; to null for all of them where there is no documentation.
    /// </summary>
    public static Func<string, string?> Of(Type method)
    {
        var file = Path.ChangeExtension(method.Assembly.Location, ".xml");
        try
        {
            var summaries = XDocument.Load(file).Descendants("member")
                .ToDictionary(member => (string)member.Attribute("name")!, member => member.Element("summary"));
            return name => summaries.GetValueOrDefault($"P:{method.FullName}.{name}") is { } summary
                ? Text(summary) : null;
        }
        // The list is complete without it.
        catch (Exception error)
            when (error is IOException or UnauthorizedAccessException or XmlException or ArgumentException)
        {
            return _ => null;
        }
    }

    private static string Text(XElement summary)
    {
        // Of <see cref="M:Namespace.Type.Name(Namespace.Parameter)"/> the name.
        var parts = summary.Nodes().Select(node => node switch
        {
            XElement element => element.Attribute("cref")?.Value.Split('(')[0].Split('.')[^1] ?? element.Value,
            XText text => text.Value,
            _ => "",
        });
        return Spaces().Replace(string.Concat(parts), " ").Trim();
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
