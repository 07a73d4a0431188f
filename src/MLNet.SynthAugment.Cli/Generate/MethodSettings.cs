using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using MLNet.SynthAugment.Methods;

namespace MLNet.SynthAugment.Cli.Generate;

/// <summary>The settings of a method: the properties of its record, by name.</summary>
internal static class MethodSettings
{
    /// <summary>The kind of a method by its word.</summary>
    /// <exception cref="ArgumentException">There is no such method.</exception>
    public static MethodKind FindKind(string word) => SynthesisMethods.Find(word)
        ?? throw new ArgumentException($"There is no method '{word}'. Methods: {string.Join(", ", SynthesisMethods.All.Select(kind => kind.Word))}.");

    /// <summary>The settings of a method as JSON.</summary>
    public static JsonObject Of(ISynthesisMethod method)
    {
        var all = JsonSerializer.SerializeToNode(method, method.GetType(), SettingsFile.Format)!.AsObject();
        var names = Properties(method.GetType()).Select(property => property.Name).ToHashSet();
        // The name of the method is no setting.
        foreach (var name in all.Select(pair => pair.Key).Where(name => !names.Contains(name)).ToList())
            all.Remove(name);
        return all;
    }

    /// <summary>The method with settings.</summary>
    /// <exception cref="ArgumentException">A name or value is none of the method's; the message lists its settings.</exception>
    public static ISynthesisMethod Create(MethodKind kind, JsonObject settings)
    {
        var properties = Properties(kind.Type);
        foreach (var (name, value) in settings)
        {
            var property = properties.FirstOrDefault(property => property.Name == name) ?? throw Unknown(kind, name);
            Check(property, value);
        }
        return (ISynthesisMethod)settings.Deserialize(kind.Type, SettingsFile.Format)!;
    }

    /// <summary>Sets one setting from <c>Name=Value</c>; case plays no part in the name.</summary>
    /// <exception cref="ArgumentException">There is no such setting, or the value is none of its type; the message lists the settings.</exception>
    public static void Assign(MethodKind kind, JsonObject settings, string assignment)
    {
        var (name, text) = assignment.Split('=', 2) is [var left, var right] ? (left.Trim(), right) : throw new ArgumentException(
            $"--set takes Name=Value, not '{assignment}'. {Describe(kind)}");
        var property = Properties(kind.Type).FirstOrDefault(property => property.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) ?? throw Unknown(kind, name);
        try
        {
            var value = Parse(property.PropertyType, text);
            Check(property, value);
            settings[property.Name] = value;
        }
        catch (Exception error) when (error is JsonException or FormatException or ArgumentException)
        {
            throw new ArgumentException($"--set {assignment}: '{text}' is not {TypeName(property.PropertyType)}.", error);
        }
    }

    /// <summary>All settings of a method with their types and values.</summary>
    public static string Describe(MethodKind kind) => $"Settings of {kind.Word}:{Environment.NewLine}" + string.Join(Environment.NewLine, Properties(kind.Type)
        .Select(property => $"  {property.Name} = {JsonSerializer.Serialize(property.GetValue(kind.Default), property.PropertyType, SettingsFile.Format).ReplaceLineEndings(" ")}  ({TypeName(property.PropertyType)})"));

    private static ArgumentException Unknown(MethodKind kind, string name) => new($"The method {kind.Word} has no setting '{name}'. {Describe(kind)}");

    private static List<PropertyInfo> Properties(Type type) =>
        [.. type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanWrite && property.GetCustomAttribute<JsonIgnoreAttribute>() is null)];

    private static void Check(PropertyInfo property, JsonNode? value)
    {
        if (value is null && property.PropertyType.IsValueType && Nullable.GetUnderlyingType(property.PropertyType) is null)
            throw new ArgumentException($"The setting '{property.Name}' cannot be null.");
        try
        {
            value.Deserialize(property.PropertyType, SettingsFile.Format);
        }
        catch (JsonException error)
        {
            throw new ArgumentException($"The setting '{property.Name}' is {TypeName(property.PropertyType)}, not {value!.ToJsonString()}.", error);
        }
    }

    private static JsonNode? Parse(Type type, string text)
    {
        if (text == "null")
            return null;
        if (type == typeof(string))
            return JsonValue.Create(text);
        if ((Nullable.GetUnderlyingType(type) ?? type) is { IsEnum: true } choice)
            return JsonValue.Create(Enum.Parse(choice, text, ignoreCase: true).ToString());
        if (ItemType(type) is { } item && !text.TrimStart().StartsWith('['))
            return new JsonArray([.. text.Split(',').Select(part => Parse(item, part.Trim()))]);
        return JsonNode.Parse(bool.TryParse(text, out var flag) ? (flag ? "true" : "false") : text);
    }

    private static string TypeName(Type type)
    {
        if (Nullable.GetUnderlyingType(type) is { } value)
            return TypeName(value) + ", or null";
        if (type.IsEnum)
            return "one of " + string.Join(", ", Enum.GetNames(type));
        if (ItemType(type) is { } item)
            return $"a list, each item {TypeName(item)}";
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
        : type.GetInterfaces().Append(type).FirstOrDefault(found => found.IsGenericType && found.GetGenericTypeDefinition() == typeof(IReadOnlyList<>))?.GetGenericArguments()[0];
}
