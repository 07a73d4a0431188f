using System.Reflection;
using System.Text.RegularExpressions;

namespace MLNet.SynthAugment.ApiChecking;

/// <summary>Looks members up in an API list, and says what the list has instead where one is missing.</summary>
public sealed class ApiComparison(ApiList list, bool exactParameters = true)
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private readonly MemberFormatter _formatter = new(list.Style, exactParameters);

    /// <summary>One sentence for each thing that the types offer and the list does not have.</summary>
    public IEnumerable<string> Extra(IEnumerable<Type> types) =>
        types.Where(IsVisible).OrderBy(type => type.FullName, StringComparer.Ordinal).SelectMany(Extra);

    /// <summary>Whether the member's own type has it in the list, or a base of it.</summary>
    /// <param name="problem">What is wrong; null if nothing is.</param>
    public bool Has(MemberInfo member, out string? problem)
    {
        // The list gives a delegate's signature with its type.
        if (typeof(Delegate).IsAssignableFrom(member.DeclaringType))
            return Has(member.DeclaringType!, out problem);
        problem = null;
        var typeName = TypeNames.Definition(member.DeclaringType!, list.Style);
        if (_formatter.Format(member) is not { } signature)
            return true;
        if (list.Find(typeName) is not { } type)
        {
            problem = $"{typeName}: the list has no such type.";
            return false;
        }
        var lines = list.AllBases(type).Select(list.FindBase).OfType<ApiType>().Prepend(type).SelectMany(candidate => candidate.Members).ToList();
        var pattern = Pattern(signature);
        var found = lines.FirstOrDefault(line => pattern.IsMatch(WithoutVirtual(line)));
        if (found is null)
            problem = $"{typeName} :: {Readable(signature)}{Similar(member, lines)}";
        else if (member is MethodInfo method && IsNewlyOverridable(method) && found == WithoutVirtual(found))
            problem = $"{typeName} :: {Readable(signature)}: can be overridden here, but not in the real package.";
        return problem is null;
    }

    public bool Has(Type type, out string? problem)
    {
        var name = TypeNames.Definition(type, list.Style);
        problem = list.Find(name) is { } listed ? Mismatch(type, name, listed) : $"{name}: the list has no such type.";
        return problem is null;
    }

    private static bool IsVisible(Type type)
    {
        for (var level = type; level is not null; level = level.DeclaringType)
        {
            if (level is { IsPublic: false, IsNestedPublic: false, IsNestedFamily: false, IsNestedFamORAssem: false })
                return false;
        }
        return true;
    }

    private IEnumerable<string> Extra(Type type)
    {
        if (!Has(type, out var problem))
        {
            yield return problem!;
            if (list.Find(TypeNames.Definition(type, list.Style)) is null)
                yield break;
        }
        if (typeof(Delegate).IsAssignableFrom(type))
            yield break;
        foreach (var member in type.GetMembers(Declared).Where(member => !IsImplied(member)))
        {
            if (!Has(member, out problem))
                yield return problem!;
        }
    }

    /// <summary>Accessors come with their property, overrides with what they override, nested types as types.</summary>
    private static bool IsImplied(MemberInfo member) => member switch
    {
        Type => true,
        MethodInfo method => (method.IsSpecialName && !method.Name.StartsWith("op_", StringComparison.Ordinal))
            || IsOverride(method) || method.Name.Contains('<', StringComparison.Ordinal),
        PropertyInfo property => property.GetAccessors(nonPublic: true).All(IsOverride),
        FieldInfo field => field.IsSpecialName,
        _ => false,
    };

    private static bool IsOverride(MethodInfo method) => method.GetBaseDefinition().DeclaringType != method.DeclaringType;

    private static bool IsNewlyOverridable(MethodInfo method) =>
        method is { IsVirtual: true, IsFinal: false } && method.DeclaringType is { IsInterface: false, IsSealed: false } && !IsOverride(method);

    private string? Mismatch(Type type, string name, ApiType listed)
    {
        var own = _formatter.FormatType(type);
        var kinds = (own.Split(' ')[^1], listed.Declaration.Split(' ')[^1]);
        var isDelegate = own.StartsWith("delegate", StringComparison.Ordinal);
        var matches = isDelegate
            ? Pattern(own).IsMatch(listed.Declaration)
            : kinds.Item1 == kinds.Item2 && ModifiersAgree(own, listed.Declaration);
        if (!matches)
            return $"{name}: is '{Readable(own)}' here, '{listed.Declaration}' in the real package.";
        var unknown = UnknownBases(type, listed).ToList();
        return unknown.Count > 0 ? $"{name}: derives here from {string.Join(", ", unknown)}, but not in the real package." : null;
    }

    /// <summary>What compiles against the stand-in has to compile against the real type; not the other way round.</summary>
    private static bool ModifiersAgree(string own, string listed)
    {
        bool Both(string word) => own.Contains(word, StringComparison.Ordinal) == listed.Contains(word, StringComparison.Ordinal);
        bool IfListed(string word) => !listed.Contains(word, StringComparison.Ordinal) || own.Contains(word, StringComparison.Ordinal);
        return Both("static ") && Both("ref ") && IfListed("abstract ") && IfListed("sealed ");
    }

    private IEnumerable<string> UnknownBases(Type type, ApiType listed)
    {
        if (type.IsEnum || typeof(Delegate).IsAssignableFrom(type))
            return [];
        var known = list.AllBases(listed).ToList();
        var own = type.GetInterfaces().Where(IsVisible).ToList();
        for (var level = type.BaseType; level is not null && level != typeof(object) && level != typeof(ValueType); level = level.BaseType)
        {
            if (IsVisible(level) && level.Assembly == type.Assembly)
                own.Add(level);
        }
        var names = own.ToDictionary(item => item, item => Pattern(new TypeNames(list.Style).Format(item)));
        bool IsKnown(Type item) => known.Any(candidate => names[item].IsMatch(candidate));
        // What a known interface or base brings along is known too, and so are the bases of generic bases.
        return own.Where(item => !IsKnown(item)
                && !own.Any(other => other != item && IsKnown(other) && item.IsAssignableFrom(other))
                && !known.Any(candidate => list.FindBase(candidate) is { } baseType && baseType.Name == TypeNames.Definition(Open(item), list.Style)))
            .Select(item => Readable(new TypeNames(list.Style).Format(item)));
    }

    private static Type Open(Type type) => type.IsGenericType ? type.GetGenericTypeDefinition() : type;

    private static string WithoutVirtual(string line) => line.StartsWith("virtual ", StringComparison.Ordinal) ? line["virtual ".Length..] : line;

    private static Regex Pattern(string signature)
    {
        var pattern = Regex.Escape(signature)
            .Replace(Signature.OptionalQuestionMark.ToString(), @"\??", StringComparison.Ordinal)
            .Replace(MemberFormatter.AnyName.ToString(), @"\w+(?: = [^,)]+)?", StringComparison.Ordinal);
        return new Regex($"^{pattern}$", RegexOptions.CultureInvariant);
    }

    private static string Readable(string signature) => signature
        .Replace(Signature.OptionalQuestionMark.ToString(), "", StringComparison.Ordinal)
        .Replace(" " + MemberFormatter.AnyName, "", StringComparison.Ordinal);

    private string Similar(MemberInfo member, List<string> lines)
    {
        var name = member is ConstructorInfo ? _formatter.ConstructorName(member.DeclaringType!) : member.Name;
        var wanted = new Regex($@"(^| ){Regex.Escape(name)}($|[<(]| [={{])");
        var similar = lines.Where(line => wanted.IsMatch(line)).Distinct().Take(4).Select(line => "\n      real: " + WithoutVirtual(line)).ToList();
        return similar.Count > 0 ? string.Concat(similar) : ": the list has no member of this name.";
    }
}
