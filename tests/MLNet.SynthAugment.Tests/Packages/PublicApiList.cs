using System.Text.RegularExpressions;

namespace MLNet.SynthAugment.Tests.Packages;

/// <summary>
/// A list of a package's public API, one C# signature a line, read into the form that <see cref="MemberReferences"/>
/// has.
/// </summary>
internal sealed partial class PublicApiList
{
    private sealed record ApiType(string[] Bases, HashSet<string> Members);

    private readonly Dictionary<string, ApiType> _types = [];

    public static PublicApiList Read(string path)
    {
        var list = new PublicApiList();
        foreach (var line in File.ReadLines(path))
        {
            if (TypeLine().Match(line) is { Success: true } type)
                list._types.Add(Metadata(type.Groups[1].Value), new ApiType(BasesIn(type.Groups[2].Value), []));
            else if (MemberLine().Match(line) is { Success: true } member)
                list._types[Metadata(member.Groups[1].Value)].Members.UnionWith(
                    Signatures(member.Groups[2].Value, Parameters(member.Groups[1].Value)));
        }
        return list;
    }

    /// <summary>Whether the type, and it or a base of it the member, is listed.</summary>
    public bool Has(MemberReference reference) =>
        _types.TryGetValue(reference.Type, out var type)
            && (reference.Signature.Length == 0 || Has(type, reference.Signature));

    /// <summary>The members of an enumeration with their values.</summary>
    public IEnumerable<string> EnumerationMembers(string type) => _types[type].Members;

    private bool Has(ApiType type, string signature) => type.Members.Contains(signature)
        || type.Bases.Any(name =>
            _types.Where(known => known.Key.EndsWith("." + Metadata(name), StringComparison.Ordinal))
                .Any(known => Has(known.Value, signature)));

    private static string[] BasesIn(string declaration) =>
        Without(declaration, " where ").Split(" : ") is [_, var bases] ? [.. SplitTopLevel(bases)] : [];

    /// <summary>A property is its accessors; everything else is itself.</summary>
    private static IEnumerable<string> Signatures(string line, string[] typeParameters)
    {
        var text = Modifiers().Replace(Without(Without(line, "  ["), " where "), "")
            .Replace("?", "", StringComparison.Ordinal);
        var scope = text.StartsWith("static ", StringComparison.Ordinal) ? "static " : "";
        text = text[scope.Length..];
        if (EnumerationMember().IsMatch(text))
            return [text];
        if (Property().Match(text) is { Success: true } property)
            return Accessors(property, scope, typeParameters);
        if (Method().Match(text) is not { Success: true } method)
            return [scope.Length > 0 ? text : Renamed(text, typeParameters, "!")];
        var generic = Parameters(method.Groups["name"].Value);
        string Type(string type) => Renamed(Renamed(type, typeParameters, "!"), generic, "!!");
        var name = Without(method.Groups["name"].Value, "<") + (generic.Length > 0 ? $"`{generic.Length}" : "");
        var result = method.Groups["result"].Value is { Length: > 0 } type ? Type(type) : "void";
        return [$"{scope}{result} {name}({string.Join(", ", SplitTopLevel(method.Groups["parameters"].Value).Select(ParameterType).Select(Type))})"];
    }

    private static IEnumerable<string> Accessors(Match property, string scope, string[] typeParameters)
    {
        var type = Renamed(property.Groups["type"].Value, typeParameters, "!");
        var indices = SplitTopLevel(property.Groups["indices"].Value).Select(ParameterType).ToList();
        var name = property.Groups["name"].Value is "this" ? "Item" : property.Groups["name"].Value;
        foreach (var accessor in property.Groups["accessors"].Value.Split(
            ';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            yield return accessor switch
            {
                "get" => $"{scope}{type} get_{name}({string.Join(", ", indices)})",
                "set" => $"{scope}void set_{name}({string.Join(", ", [.. indices, type])})",
                "init" => $"{scope}void modreq(IsExternalInit) set_{name}({string.Join(", ", [.. indices, type])})",
                _ => $"not callable: {accessor} {name}",
            };
        }
    }

    private static string ParameterType(string parameter)
    {
        var words = ParameterWords().Replace(Without(parameter, " = "), "");
        var type = words[..words.LastIndexOf(' ')];
        return ByReference().Replace(type, "ref ");
    }

    private static string Renamed(string text, string[] parameters, string mark)
    {
        for (var i = 0; i < parameters.Length; i++)
            text = Regex.Replace(text, $@"\b{parameters[i]}\b", $"{mark}{i}");
        return text;
    }

    /// <summary>Image&lt;TPixel&gt; as metadata names it: Image`1.</summary>
    private static string Metadata(string name) =>
        TypeArguments().Replace(name, match => $"`{SplitTopLevel(match.Groups[1].Value).Count()}");

    private static string[] Parameters(string name) => TypeArguments().Match(name) is { Success: true } match
        ? [.. SplitTopLevel(match.Groups[1].Value)] : [];

    private static string Without(string text, string from) =>
        text.IndexOf(from, StringComparison.Ordinal) is >= 0 and var at ? text[..at] : text;

    /// <summary>Splits at the commas that lie outside all brackets.</summary>
    private static IEnumerable<string> SplitTopLevel(string text)
    {
        var (depth, start) = (0, 0);
        for (var i = 0; i < text.Length; i++)
        {
            depth += text[i] is '<' or '(' or '[' ? 1 : text[i] is '>' or ')' or ']' ? -1 : 0;
            if (text[i] != ',' || depth > 0)
                continue;
            yield return text[start..i].Trim();
            start = i + 1;
        }
        if (text[start..].Trim() is { Length: > 0 } last)
            yield return last;
    }

    [GeneratedRegex(@"^TYPE (\S+?(?:<.*?>)?) : (.*)$")]
    private static partial Regex TypeLine();

    [GeneratedRegex(@"^([^#].*?) :: (.*)$")]
    private static partial Regex MemberLine();

    [GeneratedRegex(@"<([^<>]*)>$")]
    private static partial Regex TypeArguments();

    [GeneratedRegex(@"\b(?:public|abstract|virtual|override|sealed|readonly|const|new) ")]
    private static partial Regex Modifiers();

    [GeneratedRegex(@"^\w+ = -?\w+$")]
    private static partial Regex EnumerationMember();

    [GeneratedRegex(@"^(?<type>.+) (?<name>\w+)(?:\[(?<indices>.*)\])? \{ (?<accessors>.*) \}$")]
    private static partial Regex Property();

    [GeneratedRegex(@"^(?:(?<result>.+) )?(?<name>[\w.]+(?:<[\w, ]+>)?)\((?<parameters>.*)\)$")]
    private static partial Regex Method();

    [GeneratedRegex(@"^(?:(?:this|params|scoped) )+")]
    private static partial Regex ParameterWords();

    [GeneratedRegex(@"^(?:ref readonly|ref|out|in) ")]
    private static partial Regex ByReference();
}
