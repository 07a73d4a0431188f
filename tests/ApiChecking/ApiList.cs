using System.Text.RegularExpressions;

namespace MLNet.SynthAugment.ApiChecking;

/// <summary>A type of an API list: its declaration and its members, one normalised signature each.</summary>
/// <param name="Name">With namespace, as the list spells it, such as "TorchSharp.torch.nn.Module&lt;T, TResult&gt;".</param>
/// <param name="Bases">Base class and interfaces, as the list spells them.</param>
public sealed record ApiType(string Name, string Declaration, IReadOnlyList<string> Bases)
{
    public List<string> Members { get; } = [];
}

/// <summary>The public and protected API of a package, read from its list.</summary>
public sealed partial class ApiList
{
    private readonly Dictionary<string, ApiType> _types = [];

    private ApiList(ApiStyle style) => Style = style;

    public ApiStyle Style { get; }

    public static ApiList Read(string path, ApiStyle style) => Parse(File.ReadLines(path), style);

    public static ApiList Parse(IEnumerable<string> lines, ApiStyle style)
    {
        var list = new ApiList(style);
        foreach (var line in lines)
        {
            // Either "TYPE Name : declaration", or "Name :: TYPE declaration", or "Name :: member".
            if (PlainTypeLine().Match(line) is { Success: true } plain)
                list.AddType(plain.Groups[1].Value, plain.Groups[2].Value);
            else if (MemberLine().Match(line) is { Success: true } member)
                list.AddLine(member.Groups[1].Value, member.Groups[2].Value);
        }
        return list;
    }

    public ApiType? Find(string name) => _types.GetValueOrDefault(name);

    /// <summary>A base type by the name it has inside signatures, its type arguments left aside.</summary>
    public ApiType? FindBase(string nameInSignature)
    {
        var bare = Bare(nameInSignature);
        return _types.Values.FirstOrDefault(type => Bare(type.Name) == bare
            || Bare(type.Name).EndsWith("." + bare, StringComparison.Ordinal));
    }

    /// <summary>Every base of a type, direct or not, as spelt in the list.</summary>
    public IEnumerable<string> AllBases(ApiType type)
    {
        var seen = new HashSet<string>();
        var open = new Queue<string>(type.Bases);
        while (open.TryDequeue(out var name))
        {
            if (!seen.Add(name))
                continue;
            yield return name;
            foreach (var further in FindBase(name)?.Bases ?? [])
                open.Enqueue(further);
        }
    }

    private void AddLine(string typeName, string text)
    {
        text = Remark().Replace(text, "").TrimEnd();
        if (text.StartsWith("TYPE ", StringComparison.Ordinal))
            AddType(typeName, text["TYPE ".Length..]);
        else if (_types.TryGetValue(typeName, out var type))
            type.Members.Add(Signature.Normalise(text));
        else
            throw new FormatException($"The API list has a member of {typeName} before its TYPE line.");
    }

    private void AddType(string name, string declaration)
    {
        var text = Remark().Replace(declaration, "");
        _types[name] = new ApiType(name, Signature.NormaliseType(text), BasesIn(text));
    }

    private static string[] BasesIn(string declaration)
    {
        var constraints = declaration.IndexOf(" where ", StringComparison.Ordinal);
        var head = constraints < 0 ? declaration : declaration[..constraints];
        var colon = head.IndexOf(" : ", StringComparison.Ordinal);
        if (colon < 0)
            return [];
        var bases = Signature.SplitTopLevel(head[(colon + 3)..]);
        return [.. bases.Where(name => !name.EndsWith("(internal)", StringComparison.Ordinal)).Select(name => name.Split("  [")[0].Trim())];
    }

    private static string Bare(string name) => TypeArguments().Replace(name, "");

    [GeneratedRegex(@"^TYPE (.+?) : (.*)$")]
    private static partial Regex PlainTypeLine();

    [GeneratedRegex(@"^([^#].*?) :: (.*)$")]
    private static partial Regex MemberLine();

    [GeneratedRegex(@" // .*$")]
    private static partial Regex Remark();

    [GeneratedRegex(@"<.*>$")]
    private static partial Regex TypeArguments();
}
