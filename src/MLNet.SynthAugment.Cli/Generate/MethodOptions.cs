using MLNet.SynthAugment.Cli.Options;

namespace MLNet.SynthAugment.Cli.Generate;

/// <summary>The options that say how images are made.</summary>
internal static class MethodOptions
{
    private const string ListRequest = "?";

    private static readonly Option<string?> s_method = new("--method")
    {
        Description = $"One of {string.Join(", ", SynthesisMethods.All.Select(kind => kind.Word))} (variation with the "
        + "embedded model, else datadream)."
    };
    private static readonly Option<string?> s_preset = new("--preset")
    {
        Description = "Ready-made settings of the method, such as NormAware of seedselect. Without it: those that "
        + $"suit the model. --set '{ListRequest}' names them."
    };
    private static readonly Option<string?> s_prompts = new("--prompts")
    { Description = "For --method classname: a file with a prompt a line, or class, tab and prompt, or JSON." };
    private static readonly Option<string[]> s_set = new("--set")
    {
        Description = $"Name=Value sets an option of the method; several times. --set '{ListRequest}' lists them, and "
        + "does nothing else."
    };

    /// <summary>Adds the options to a command.</summary>
    public static void AddTo(Command command)
    {
        foreach (var option in (Option[])[s_method, s_preset, s_prompts, s_set])
            command.Add(option);
    }

    /// <summary>Whether a list of the settings is asked for, instead of images.</summary>
    public static bool AskForList(ParseResult arguments) => Assignments(arguments).Contains(ListRequest);

    /// <summary>The settings that a run would have, with what they mean.</summary>
    public static string List(ParseResult arguments, JsonObject given)
    {
        var (word, settings) = Read(arguments, given);
        var kind = MethodSettings.FindKind(word);
        return MethodSettings.List(kind, settings, describes: true);
    }

    /// <summary>
    /// The method that was asked for with all its settings: the options, over those of a settings file, or those that
    /// suit the model.
    /// </summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="given">The command's settings by then: those of the file, and the model.</param>
    /// <exception cref="ArgumentException">There is no such method, preset or setting.</exception>
    public static (string Word, JsonObject Settings) Read(ParseResult arguments, JsonObject given)
    {
        var model = (string?)given[nameof(GenerateSettings.Model)];
        var word = (string?)given[nameof(GenerateSettings.Method)];
        var kind = MethodSettings.FindKind(arguments.GetValue(s_method) ?? word ?? MethodSettings.DefaultWord(model));
        var settings = arguments.GetValue(s_preset) is { } preset
            ? MethodSettings.Of(FindPreset(kind, preset))
            : kind.Word == word && given[nameof(GenerateSettings.MethodSettings)] is JsonObject ofFile
                ? ofFile.DeepClone().AsObject()
                : MethodSettings.Of(kind.CreateFor(MethodSettings.ModelOf(model)));
        if (arguments.GetValue(s_prompts) is { } prompts)
            settings = WithPrompts(kind, settings, prompts);
        foreach (var assignment in Assignments(arguments).Where(assignment => assignment != ListRequest))
            MethodSettings.Assign(kind, settings, assignment);
        // Also those of a file are looked at before any work is done.
        var method = WithHashOfSeeds(MethodSettings.Create(kind, settings));
        method.Validate();
        return (kind.Word, MethodSettings.Of(method));
    }

    private static string[] Assignments(ParseResult arguments) => arguments.GetValue(s_set) ?? [];

    private static ISynthesisMethod FindPreset(MethodKind kind, string name) =>
        MethodSettings.Presets(kind).GetValueOrDefault(name)
        ?? throw new ArgumentException(
        $"The method {kind.Word} has no ready-made settings '{name}', but "
            + $"{string.Join(", ", MethodSettings.Presets(kind).Keys)}.");

    private static JsonObject WithPrompts(MethodKind kind, JsonObject settings, string path) =>
        MethodSettings.Create(kind, settings) is ClassNamePrompt method
        ? MethodSettings.Of(method.WithPromptFile(path))
        : throw new ArgumentException(
            $"--prompts is for --method classname; {kind.Word} has settings for its prompts, which --set "
                + $"'{ListRequest}' lists.");

    // The hash of the seeds makes other seeds at the same path another store.
    private static ISynthesisMethod WithHashOfSeeds(ISynthesisMethod method) =>
        method is SeedSelect { SeedsPath: { } path, SeedsHash: null } seeds ? seeds.WithSeeds(path) : method;
}
