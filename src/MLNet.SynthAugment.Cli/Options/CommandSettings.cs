using System.CommandLine.Parsing;
using System.Linq.Expressions;
using System.Runtime.CompilerServices;

namespace MLNet.SynthAugment.Cli.Options;

/// <summary>
/// The settings of a command and the options that set them. A run has the defaults, over them what the file of
/// <c>--settings</c> says, and over that what the options say.
/// </summary>
/// <typeparam name="T">A record with a property per setting. A property's own value is the default; a
/// <c>required</c> one has none.</typeparam>
internal sealed class CommandSettings<T>
    where T : class
{
    private readonly Command _command;
    private readonly JsonObject _defaults = DefaultsOf();
    private readonly List<Action<ParseResult, JsonObject>> _options = [];
    private readonly List<Action<ParseResult, JsonObject>> _rules = [];
    private Option<string?>? _file;

    /// <summary>Adds options to a command.</summary>
    public CommandSettings(Command command) => _command = command;

    /// <summary>Adds <c>--settings</c>.</summary>
    public void AddFile() => AddPlain(_file = new Option<string?>("--settings")
    { Description = "Starts from the settings.json of another run; further options override it." });

    /// <summary>Adds an option that a rule reads.</summary>
    public void AddPlain(Option option) => _command.Add(option);

    /// <summary>Adds an option for a setting.</summary>
    /// <param name="name">The option.</param>
    /// <param name="setting">The setting.</param>
    /// <param name="description">A sentence for the help, which adds the default.</param>
    /// <param name="least">The least number that is possible; null for any.</param>
    /// <param name="inLibrary">What the library calls the setting, where that is another name.</param>
    /// <returns>The option, for a rule that reads it, too.</returns>
    public Option<TValue> Add<TValue>(
        string name, Expression<Func<T, TValue>> setting, string description, int? least = null,
        string? inLibrary = null)
    {
        var option = AddOption<TValue>(name, NameOf(setting), description, inLibrary);
        if (least is { } minimum)
            option.Validators.Add(AtLeast(name, minimum));
        _options.Add((arguments, settings) =>
        {
            if (IsGiven(arguments, option))
                settings[option.Setting] = ToJson(arguments.GetValue(option));
        });
        return option;
    }

    /// <summary>Adds an option for a setting that is written on the command line in another way.</summary>
    /// <param name="name">The option.</param>
    /// <param name="setting">The setting.</param>
    /// <param name="description">A sentence for the help, which adds the default.</param>
    /// <param name="read">The value that a text means.</param>
    /// <param name="inLibrary">What the library calls the setting, where that is another name.</param>
    public void AddText<TValue>(
        string name, Expression<Func<T, TValue>> setting, string description, Func<string, TValue> read,
        string? inLibrary = null)
    {
        var option = AddOption<string>(name, NameOf(setting), description, inLibrary);
        _options.Add((arguments, settings) =>
        {
            if (IsGiven(arguments, option))
                settings[option.Setting] = ToJson(read(arguments.GetValue(option)!));
        });
    }

    /// <summary>Adds an option that is given several times.</summary>
    /// <param name="name">The option.</param>
    /// <param name="setting">The setting.</param>
    /// <param name="description">A sentence for the help.</param>
    public Option<string[]> AddMany(
        string name, Expression<Func<T, IReadOnlyList<string>>> setting, string description)
    {
        var option = AddOption<string[]>(name, NameOf(setting), description);
        _options.Add((arguments, settings) =>
        {
            if (IsGiven(arguments, option))
                settings[option.Setting] = ToJson(arguments.GetValue(option));
        });
        return option;
    }

    /// <summary>Adds an option for a path, which becomes a full one.</summary>
    /// <param name="name">The option.</param>
    /// <param name="setting">The setting.</param>
    /// <param name="description">A sentence for the help.</param>
    /// <param name="inLibrary">What the library calls the setting, where that is another name.</param>
    public void AddPath(
        string name, Expression<Func<T, string?>> setting, string description, string? inLibrary = null)
    {
        Add(name, setting, description, inLibrary: inLibrary);
        var property = NameOf(setting);
        _options.Add((_, settings) =>
        {
            if ((string?)settings[property] is { } path)
                settings[property] = Path.GetFullPath(path);
        });
    }

    /// <summary>Adds what sets a setting by several options, or by others; it is applied after all options.</summary>
    public void AddRule(Action<ParseResult, JsonObject> rule) => _rules.Add(rule);

    /// <summary>Has the command do something with its settings.</summary>
    /// <param name="run">The work, of which the exit code is returned.</param>
    public void Run(Func<T, CancellationToken, int> run) => _command.SetAction((arguments, cancellationToken) =>
        Task.Run(() => run(Read(arguments), cancellationToken), CancellationToken.None));

    /// <summary>The settings that the defaults, the file and the options say, before any rule.</summary>
    /// <exception cref="InvalidDataException">The file holds something else.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public JsonObject Collect(ParseResult arguments)
    {
        var settings = _defaults.DeepClone().AsObject();
        if (_file is not null && arguments.GetValue(_file) is { } path)
        {
            foreach (var (name, value) in SettingsFile.Read<T>(path, _command.Name))
                settings[name] = value?.DeepClone();
        }
        foreach (var option in _options)
            option(arguments, settings);
        return settings;
    }

    /// <summary>The settings of a run.</summary>
    /// <exception cref="ArgumentException">An option is missing or wrong.</exception>
    /// <exception cref="InvalidDataException">The file holds something else.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public T Read(ParseResult arguments)
    {
        var settings = Collect(arguments);
        foreach (var option in _command.Options.OfType<ISettingOption>())
        {
            if (settings[option.Setting] is null && IsRequired(typeof(T).GetProperty(option.Setting)!))
                throw Missing(option);
        }
        foreach (var rule in _rules)
            rule(arguments, settings);
        return settings.Deserialize<T>(SettingsFile.Format)!;
    }

    /// <summary>Whether an option stands on the command line.</summary>
    public static bool IsGiven(ParseResult arguments, Option option) =>
        arguments.GetResult(option) is { Implicit: false };

    /// <summary>A value as it stands in a settings file.</summary>
    public static JsonNode? ToJson<TValue>(TValue value) => JsonSerializer.SerializeToNode(value, SettingsFile.Format);

    private ArgumentException Missing(ISettingOption option) => new(
        $"Give {option.Name}: {option.Description} "
            + (_file is null ? "" : "Or give --settings with the file of another run. ")
            + $"'synthaugment {_command.Name} --help' lists all options.");

    private SettingOption<TValue> AddOption<TValue>(
        string name, string setting, string description, string? inLibrary = null)
    {
        var known = TextOf(_defaults[setting]);
        var option = new SettingOption<TValue>(name, setting, inLibrary)
        { Description = known.Length == 0 ? description : $"{description.TrimEnd('.')} ({known})." };
        _command.Add(option);
        return option;
    }

    private static Action<OptionResult> AtLeast(string name, int least) => result =>
    {
        if (result.Tokens is [{ Value: var text }] && long.TryParse(text, out var value) && value < least)
            result.AddError($"{name} must be at least {least}, not {value}.");
    };

    private static string TextOf(JsonNode? value) => value switch
    {
        JsonArray items => string.Join(',', items.Select(TextOf)),
        JsonValue when value.GetValueKind() is not (JsonValueKind.False or JsonValueKind.True) => value.ToString(),
        _ => "",
    };

    private static string NameOf<TValue>(Expression<Func<T, TValue>> setting) =>
        ((MemberExpression)setting.Body).Member.Name;

    private static bool IsRequired(PropertyInfo property) => property.IsDefined(typeof(RequiredMemberAttribute));

    private static JsonObject DefaultsOf()
    {
        // This asks for no required values, which it leaves null.
        var defaults = Activator.CreateInstance<T>();
        return new JsonObject(typeof(T).GetProperties().Where(property => !IsRequired(property)).Select(property =>
            KeyValuePair.Create(property.Name, ToJson(property.GetValue(defaults)))));
    }
}

/// <summary>An option that sets a setting.</summary>
internal interface ISettingOption
{
    /// <summary>The option.</summary>
    string Name { get; }

    /// <summary>What it is for.</summary>
    string? Description { get; }

    /// <summary>The setting, as in a settings file.</summary>
    string Setting { get; }

    /// <summary>What the library calls it, where that is another name.</summary>
    string? InLibrary { get; }
}

/// <inheritdoc cref="ISettingOption"/>
internal sealed class SettingOption<TValue>(string name, string setting, string? inLibrary)
    : Option<TValue>(name), ISettingOption
{
    /// <inheritdoc/>
    public string Setting => setting;

    /// <inheritdoc/>
    public string? InLibrary => inLibrary;
}

/// <summary>The library's sentences with the names of the command line.</summary>
internal static class OptionWords
{
    /// <summary>A sentence in which settings are called by the options of a command.</summary>
    public static string In(Command command, string sentence) =>
        SettingName.Replace(sentence, name => OptionOf(command, name));

    /// <summary>What an error says, with the options of a command.</summary>
    public static string In(Command command, Exception error) =>
        error is ArgumentException { ParamName: { } name } && OptionOf(command, name) is { } option
            ? In(command, error.Message.Replace($"(Parameter '{name}')", $"({option})", StringComparison.Ordinal))
            : In(command, error.Message);

    private static string? OptionOf(Command command, string setting) =>
        command.Options.OfType<ISettingOption>()
            .FirstOrDefault(option => option.InLibrary == setting || option.Setting == setting)?.Name;
}
