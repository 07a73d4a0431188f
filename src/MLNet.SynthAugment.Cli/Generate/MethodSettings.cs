using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using MLNet.SynthAugment.Cli.Options;
using MLNet.SynthAugment.Methods;

namespace MLNet.SynthAugment.Cli.Generate;

/// <summary>The settings of a method: the properties of its record, by name.</summary>
internal static class MethodSettings
{
    private static readonly JsonSerializerOptions s_onOneLine = new(SettingsFile.Format) { WriteIndented = false };

    /// <summary>The kind of a method by its word.</summary>
    /// <exception cref="ArgumentException">There is no such method.</exception>
    public static MethodKind FindKind(string word) => SynthesisMethods.Find(word)
        ?? throw new ArgumentException(
        $"There is no method '{word}'. Methods: {string.Join(", ", SynthesisMethods.All.Select(kind => kind.Word))}.");

    /// <summary>The settings of a method as JSON.</summary>
    public static JsonObject Of(ISynthesisMethod method)
    {
        var all = JsonSerializer.SerializeToNode(method, method.GetType(), SettingsFile.Format)!.AsObject();
        var names = MethodSetting.Of(method.GetType()).Select(setting => setting.Name).ToHashSet();
        // The name of the method is no setting.
        foreach (var name in all.Select(pair => pair.Key).Where(name => !names.Contains(name)).ToList())
            all.Remove(name);
        return all;
    }

    /// <summary>The method with settings.</summary>
    /// <exception cref="ArgumentException">A name or value is none of the method's; the message lists its
    /// settings.</exception>
    public static ISynthesisMethod Create(MethodKind kind, JsonObject settings)
    {
        var known = MethodSetting.Of(kind.Type);
        foreach (var (name, value) in settings)
        {
            var setting = known.FirstOrDefault(setting => setting.Name == name)
                ?? throw Unknown(kind, Of(kind.Default), name);
            setting.Check(value);
        }
        return (ISynthesisMethod)settings.Deserialize(kind.Type, SettingsFile.Format)!;
    }

    /// <summary>Sets one setting from <c>Name=Value</c>; case plays no part in the name.</summary>
    /// <exception cref="ArgumentException">There is no such setting, or the value is none of its type; the message
    /// lists the settings.</exception>
    public static void Assign(MethodKind kind, JsonObject settings, string assignment)
    {
        var (name, text) = assignment.Split('=', 2) is [var left, var right]
            ? (left.Trim(), right) : throw new ArgumentException(
            $"--set takes Name=Value, not '{assignment}'. {List(kind, settings)}");
        var setting = MethodSetting.Of(kind.Type)
            .FirstOrDefault(setting => setting.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                ?? throw Unknown(kind, settings, name);
        settings[setting.Name] = setting.Parse(text);
        // It was that of other seeds.
        if (setting.Name == nameof(SeedSelect.SeedsPath))
            settings[nameof(SeedSelect.SeedsHash)] = null;
    }

    /// <summary>The ready-made settings of a method: the static properties of its record.</summary>
    public static IReadOnlyDictionary<string, ISynthesisMethod> Presets(MethodKind kind) =>
        kind.Type.GetProperties(BindingFlags.Public | BindingFlags.Static)
        .Where(property => property.PropertyType == kind.Type)
        .ToDictionary(property => property.Name, property => (ISynthesisMethod)property.GetValue(null)!,
            StringComparer.OrdinalIgnoreCase);

    /// <summary>All settings of a method with their values and types, a line each.</summary>
    /// <param name="kind">The method.</param>
    /// <param name="settings">The values.</param>
    /// <param name="describe">Says in words what a setting is; null for no words.</param>
    public static string List(MethodKind kind, JsonObject settings, Func<string, string?>? describe = null)
    {
        var lines = new List<string> { $"Settings of {kind.Word}:" };
        foreach (var setting in MethodSetting.Of(kind.Type))
        {
            lines.Add($"  {setting.Name} = {ToText(settings[setting.Name])}  ({setting.TypeName})");
            if (describe?.Invoke(setting.Name) is { } words)
                lines.Add($"      {words}");
        }
        lines.Add($"Ready-made settings, for --preset: {string.Join(", ", Presets(kind).Keys)}.");
        return string.Join(Environment.NewLine, lines);
    }

    private static string ToText(JsonNode? value) => JsonSerializer.Serialize(value, s_onOneLine);

    private static ArgumentException Unknown(MethodKind kind, JsonObject settings, string name) =>
        new($"The method {kind.Word} has no setting '{name}'. {List(kind, settings)}");
}
