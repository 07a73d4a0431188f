using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace MLNet.SynthAugment.ApiChecking;

/// <summary>Spells a type as C# and the API lists do. One instance serves one place (a parameter, a return value).</summary>
internal sealed class TypeNames
{
    private static readonly Dictionary<Type, string> _keywords = new()
    {
        [typeof(void)] = "void",
        [typeof(object)] = "object",
        [typeof(string)] = "string",
        [typeof(bool)] = "bool",
        [typeof(char)] = "char",
        [typeof(sbyte)] = "sbyte",
        [typeof(byte)] = "byte",
        [typeof(short)] = "short",
        [typeof(ushort)] = "ushort",
        [typeof(int)] = "int",
        [typeof(uint)] = "uint",
        [typeof(long)] = "long",
        [typeof(ulong)] = "ulong",
        [typeof(float)] = "float",
        [typeof(double)] = "double",
        [typeof(decimal)] = "decimal",
    };

    private readonly ApiStyle _style;
    private readonly bool _markReferences;

    // The names of tuple elements lie in one list for the whole type, in the order in which the elements are met.
    private readonly Queue<string?> _tupleNames;

    /// <param name="place">The parameter or member that may name tuple elements.</param>
    /// <param name="markReferences">Mark where an annotated reference would have its '?'.</param>
    internal TypeNames(ApiStyle style, ICustomAttributeProvider? place = null, bool markReferences = true)
    {
        _style = style;
        _markReferences = markReferences;
        var names = place?.GetCustomAttributes(typeof(TupleElementNamesAttribute), false).OfType<TupleElementNamesAttribute>().FirstOrDefault();
        _tupleNames = new Queue<string?>(names?.TransformNames ?? []);
    }

    /// <summary>The full name of a type definition, as it stands before "::".</summary>
    internal static string Definition(Type type, ApiStyle style) =>
        $"{type.Namespace}.{new TypeNames(style, markReferences: false).Nested(type)}";

    internal string Format(Type type)
    {
        if (type.IsByRef)
            return Format(type.GetElementType()!);
        if (type.IsPointer)
            return Format(type.GetElementType()!) + "*";
        if (Nullable.GetUnderlyingType(type) is { } underlying)
            return Format(underlying) + "?";
        if (type.IsArray)
            return $"{Format(type.GetElementType()!)}[{new string(',', type.GetArrayRank() - 1)}]{Mark(type)}";
        if (_keywords.TryGetValue(type, out var keyword))
            return keyword + Mark(type);
        if (type.IsGenericParameter)
            return type.Name + Mark(type);
        if (type.FullName?.StartsWith("System.ValueTuple`", StringComparison.Ordinal) == true || IsOpenTuple(type))
            return Tuple(type);
        return Named(type) + Mark(type);
    }

    private static bool IsOpenTuple(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition().FullName!.StartsWith("System.ValueTuple`", StringComparison.Ordinal);

    private string Mark(Type type) => _markReferences && !type.IsValueType ? Signature.OptionalQuestionMark.ToString() : "";

    private string Tuple(Type type)
    {
        var elements = type.GetGenericArguments();
        var names = elements.Select(_ => _tupleNames.TryDequeue(out var name) ? name : null).ToList();
        var parts = elements.Select((element, i) => Format(element) + (names[i] is { } name ? " " + name : ""));
        return $"({string.Join(", ", parts)})";
    }

    private string Named(Type type)
    {
        var name = Nested(type);
        if (_style != ApiStyle.TorchSharp || type.Namespace?.Split('.')[0] != "TorchSharp")
            return name;
        var fullName = $"{type.Namespace}.{name}";
        return fullName.StartsWith("TorchSharp.torch.", StringComparison.Ordinal)
            ? fullName["TorchSharp.torch.".Length..]
            : fullName["TorchSharp.".Length..];
    }

    /// <summary>Nested types carry their parents' type arguments first: each level takes its share.</summary>
    private string Nested(Type type)
    {
        var levels = new List<Type>();
        for (var level = type; level is not null; level = level.DeclaringType)
            levels.Insert(0, level);
        var arguments = new Queue<Type>(type.GetGenericArguments());
        var name = new StringBuilder();
        foreach (var level in levels)
        {
            if (name.Length > 0)
                name.Append('.');
            var tick = level.Name.IndexOf('`', StringComparison.Ordinal);
            name.Append(tick < 0 ? level.Name : level.Name[..tick]);
            if (tick >= 0)
            {
                var count = int.Parse(level.Name.AsSpan(tick + 1), provider: null);
                name.Append('<').AppendJoin(", ", Enumerable.Range(0, count).Select(_ => Format(arguments.Dequeue())).ToList()).Append('>');
            }
        }
        return name.ToString();
    }
}
