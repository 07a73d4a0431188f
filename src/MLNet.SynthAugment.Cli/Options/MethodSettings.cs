namespace MLNet.SynthAugment.Cli.Options;

/// <summary>The settings of a method: the properties of its record, by name.</summary>
internal static class MethodSettings
{
    private static readonly JsonSerializerOptions s_onOneLine = new(SettingsFile.Format) { WriteIndented = false };

    /// <summary>The kind of a method by its word.</summary>
    /// <exception cref="ArgumentException">There is no such method.</exception>
    public static MethodKind FindKind(string word) => SynthesisMethods.Find(word)
        ?? throw new ArgumentException(
        $"There is no method '{word}'. Methods: {string.Join(", ", SynthesisMethods.All.Select(kind => kind.Word))}.");

    /// <summary>The model of a folder, or the embedded one.</summary>
    public static DiffusionModel ModelOf(string? folder) =>
        folder is null ? DiffusionModel.Embedded : DiffusionModel.FromFolder(folder);

    /// <summary>The word of the method that is used with a model when none is named.</summary>
    public static string DefaultWord(string? model) => SynthesisMethods.DefaultFor(ModelOf(model)).Word;

    /// <summary>The settings of a method as JSON, nested as its properties are.</summary>
    public static JsonObject Of(ISynthesisMethod method)
    {
        var all = JsonSerializer.SerializeToNode(method, method.GetType(), SettingsFile.Format)!.AsObject();
        var settings = new JsonObject();
        // The name of the method is no setting.
        foreach (var setting in MethodSetting.Of(method.GetType()))
            setting.WriteTo(settings, setting.ReadFrom(all)?.DeepClone());
        return settings;
    }

    /// <summary>The method with settings; those that are missing have the method's defaults.</summary>
    /// <exception cref="ArgumentException">A name or value is none of the method's; the message lists its
    /// settings.</exception>
    public static ISynthesisMethod Create(MethodKind kind, JsonObject settings)
    {
        var known = MethodSetting.Of(kind.Type).ToDictionary(setting => setting.Name);
        CheckNames(settings, "");
        return (ISynthesisMethod)settings.Deserialize(kind.Type, SettingsFile.Format)!;

        void CheckNames(JsonObject values, string path)
        {
            foreach (var (name, value) in values)
            {
                if (known.TryGetValue(path + name, out var setting))
                    setting.Check(value);
                else if (value is JsonObject nested
                    && known.Keys.Any(other => other.StartsWith($"{path}{name}.", StringComparison.Ordinal)))
                    CheckNames(nested, $"{path}{name}.");
                else
                    throw Unknown(kind, Of(kind.Default), path + name);
            }
        }
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
        setting.WriteTo(settings, setting.Parse(text));
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
    /// <param name="describes">Whether to say in words what each setting is.</param>
    public static string List(MethodKind kind, JsonObject settings, bool describes = false)
    {
        var lines = new List<string> { $"Settings of {kind.Word}:" };
        foreach (var setting in MethodSetting.Of(kind.Type))
        {
            lines.Add($"  {setting.Name} = {ToText(setting.ReadFrom(settings))}  ({setting.TypeName})");
            if (describes && setting.Description is { } words)
                lines.Add($"      {words}");
        }
        lines.Add($"Ready-made settings, for --preset: {string.Join(", ", Presets(kind).Keys)}.");
        return string.Join(Environment.NewLine, lines);
    }

    private static string ToText(JsonNode? value) => JsonSerializer.Serialize(value, s_onOneLine);

    private static ArgumentException Unknown(MethodKind kind, JsonObject settings, string name)
    {
        var alike = MethodSetting.Of(kind.Type).Select(setting => setting.Name)
            .Select(other => (Name: other, Likeness: Likeness(name, other))).Where(other =>
                other.Likeness > 0).ToList();
        var best = alike.Where(other => other.Likeness == alike.Max(one => one.Likeness)).Take(3);
        var hint = alike.Count == 0
            ? "" : $" Did you mean {string.Join(" or ", best.Select(other => $"'{other.Name}'"))}?";
        return new ArgumentException(
            $"The method {kind.Word} has no setting '{name}'.{hint} {List(kind, settings)}");
    }

    // 3: the same words without the dot, such as SamplingSteps. 2: one part of the name, such as Steps. 1: a slip.
    private static int Likeness(string wrong, string name)
    {
        const StringComparison Ignored = StringComparison.OrdinalIgnoreCase;
        var (compact, last) = (name.Replace(".", "", Ignored), name.Split('.')[^1]);
        var wrongLast = wrong.Split('.')[^1];
        if (compact.Equals(wrong.Replace(".", "", Ignored), Ignored))
            return 3;
        if (last.Equals(wrongLast, Ignored))
            return 2;
        return NearMatch.Distance(wrongLast, last) <= Math.Max(1, last.Length / 4) ? 1
            : last.Length > 4 && wrongLast.EndsWith(last, Ignored) ? 1 : 0;
    }
}
