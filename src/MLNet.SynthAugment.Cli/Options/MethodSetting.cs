using System.Text.Json.Serialization;
using MLNet.SynthAugment.Diffusion.Schedulers;

namespace MLNet.SynthAugment.Cli.Options;

/// <summary>
/// One setting of a method: a property of its record, or of a record that one of its properties holds, such as
/// <c>Sampling.Steps</c>.
/// </summary>
internal sealed class MethodSetting
{
    private readonly PropertyInfo _property;
    private readonly NullabilityInfo _nullability;
    private readonly IReadOnlyList<string> _path;

    private MethodSetting(IReadOnlyList<string> path, PropertyInfo property)
    {
        _path = path;
        _property = property;
        _nullability = new NullabilityInfoContext().Create(property);
    }

    /// <summary>The setting's name.</summary>
    public string Name => string.Join('.', _path);

    /// <summary>What the documentation says of the setting; null where there is none.</summary>
    public string? Description => SettingDescriptions.Of(_property);

    /// <summary>What its values are, in words.</summary>
    public string TypeName =>
        NameOf(_property.PropertyType)
            + (!_property.PropertyType.IsValueType && _nullability.WriteState == NullabilityState.Nullable
                ? OrNull : "");

    private const string OrNull = ", or null";

    /// <summary>All settings of a method, or of other options, whose parts are no settings of their own.</summary>
    public static IReadOnlyList<MethodSetting> Of(Type type) =>
        [.. Of(type, [], nests: typeof(ISynthesisMethod).IsAssignableFrom(type))];

    /// <summary>The setting's value among those of its method; null also where it is missing.</summary>
    public JsonNode? ReadFrom(JsonObject settings) =>
        _path.Aggregate((JsonNode?)settings, (node, name) => (node as JsonObject)?[name]);

    /// <summary>Puts the value among those of its method.</summary>
    public void WriteTo(JsonObject settings, JsonNode? value)
    {
        foreach (var name in _path.SkipLast(1))
        {
            if (settings[name] is not JsonObject)
                settings[name] = new JsonObject();
            settings = settings[name]!.AsObject();
        }
        settings[_path[^1]] = value;
    }

    /// <summary>Makes sure that the setting can have a value.</summary>
    /// <exception cref="ArgumentException">It cannot.</exception>
    public void Check(JsonNode? value)
    {
        if (HasForbiddenNull(value, _nullability))
            throw new ArgumentException(
                $"The setting '{Name}' is {TypeName}, not null{(value is null ? "" : ", and so are its parts")}.");
        try
        {
            value.Deserialize(_property.PropertyType, SettingsFile.Format);
        }
        catch (JsonException error)
        {
            throw new ArgumentException($"The setting '{Name}' is {TypeName}, not {value!.ToJsonString()}.", error);
        }
    }

    /// <summary>The value that a text on the command line means.</summary>
    /// <param name="text">The text.</param>
    /// <param name="option">The option that it is given by, for messages.</param>
    /// <exception cref="ArgumentException">It means none.</exception>
    public JsonNode? Parse(string text, string option = "--set")
    {
        try
        {
            var value = Parse(_property.PropertyType, text);
            Check(value);
            return value;
        }
        catch (Exception error) when (error is JsonException or FormatException or ArgumentException)
        {
            throw new ArgumentException($"{option} {Name}={text}: '{text}' is not {TypeName}.", error);
        }
    }

    private static IEnumerable<MethodSetting> Of(Type type, IReadOnlyList<string> path, bool nests) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.CanWrite && property.GetCustomAttribute<JsonIgnoreAttribute>() is null)
            .SelectMany(property => nests && IsRecord(property.PropertyType)
                ? Of(property.PropertyType, [.. path, property.Name], nests)
                : [new MethodSetting([.. path, property.Name], property)]);

    // The compiler gives records, and nothing else, a method of this name.
    private static bool IsRecord(Type type) => type.IsClass && type.GetMethod("<Clone>$") is not null;

    private static bool HasForbiddenNull(JsonNode? value, NullabilityInfo type) => value switch
    {
        null => type.WriteState == NullabilityState.NotNull,
        JsonArray items when type.GenericTypeArguments is [var item] =>
            items.Any(found => HasForbiddenNull(found, item)),
        JsonObject entries when type.GenericTypeArguments is [_, var item] =>
            entries.Any(entry => HasForbiddenNull(entry.Value, item)),
        _ => false,
    };

    private static JsonNode? Parse(Type type, string text)
    {
        if (text == "null")
            return null;
        if (type == typeof(string))
            return JsonValue.Create(text);
        if ((Nullable.GetUnderlyingType(type) ?? type) is { IsEnum: true } choice)
            return JsonValue.Create(Enum.Parse(choice, text, ignoreCase: true).ToString());
        if (type == typeof(Sampler))
            return JsonValue.Create(Sampler.Parse(text).Name);
        if (ItemType(type) is { } item && !text.TrimStart().StartsWith('['))
            return new JsonArray([.. text.Split(',').Select(part => Parse(item, part.Trim()))]);
        return JsonNode.Parse(bool.TryParse(text, out var flag) ? (flag ? "true" : "false") : text);
    }

    private static string NameOf(Type type)
    {
        if (Nullable.GetUnderlyingType(type) is { } value)
            return NameOf(value) + OrNull;
        if (type.IsEnum)
            return "one of " + string.Join(", ", Enum.GetNames(type));
        if (type == typeof(Sampler))
            return "one of " + string.Join(", ", Sampler.All.Select(sampler => sampler.Name));
        if (ItemType(type) is { } item)
            return $"a list, each item {NameOf(item)}";
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>))
            return $"a JSON object, each value {NameOf(type.GetGenericArguments()[1])}";
        return Type.GetTypeCode(type) switch
        {
            TypeCode.String => "a text",
            TypeCode.Boolean => "true or false",
            TypeCode.Int32 or TypeCode.Int64 => "a whole number",
            TypeCode.Single or TypeCode.Double => "a number",
            _ => $"JSON of a {type.Name}",
        };
    }

    private static Type? ItemType(Type type) => type == typeof(string)
        ? null
        : type.GetInterfaces().Append(type)
            .FirstOrDefault(found => found.IsGenericType
                && found.GetGenericTypeDefinition() == typeof(IReadOnlyList<>))?.GetGenericArguments()[0];
}
