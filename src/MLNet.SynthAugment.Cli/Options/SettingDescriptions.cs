using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;

namespace MLNet.SynthAugment.Cli.Options;

/// <summary>
/// What the settings of a method mean, from the documentation that the compiler writes beside an assembly.
/// </summary>
internal static partial class SettingDescriptions
{
    private static readonly ConcurrentDictionary<Assembly, IReadOnlyDictionary<string, XElement>> s_summaries = new();

    /// <summary>The description of a setting; null where there is none.</summary>
    /// <param name="setting">The property; one of a base class has that class's description.</param>
    public static string? Of(PropertyInfo setting)
    {
        var type = setting.DeclaringType!;
        var name = $"P:{type.FullName!.Replace('+', '.')}.{setting.Name}";
        return s_summaries.GetOrAdd(type.Assembly, Read).GetValueOrDefault(name) is { } summary ? Text(summary) : null;
    }

    private static IReadOnlyDictionary<string, XElement> Read(Assembly assembly)
    {
        try
        {
            return XDocument.Load(Path.ChangeExtension(assembly.Location, ".xml")).Descendants("member")
                .Where(member => member.Element("summary") is not null)
                .ToDictionary(member => (string)member.Attribute("name")!, member => member.Element("summary")!);
        }
        // The list is complete without it.
        catch (Exception error)
            when (error is IOException or UnauthorizedAccessException or XmlException or ArgumentException)
        {
            return new Dictionary<string, XElement>();
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
