using MLNet.SynthAugment.Cli.Options;

namespace MLNet.SynthAugment.Cli.Compare;

/// <summary>The methods that are compared, from the command line.</summary>
internal static class CompareMethods
{
    private const string Option = "--set";

    /// <summary>
    /// All settings of the named methods: those of a settings file, or those that suit the model, with what is set
    /// beside.
    /// </summary>
    /// <param name="words">The methods' words; null for those of the file.</param>
    /// <param name="assignments"><c>method.Name=Value</c>.</param>
    /// <param name="file">The methods of the settings file; null without one.</param>
    /// <param name="model">The model folder; null for the embedded model.</param>
    /// <exception cref="ArgumentException">There is no such method or setting.</exception>
    public static IReadOnlyDictionary<string, JsonObject> Read(
        string? words, IEnumerable<string> assignments, IReadOnlyDictionary<string, JsonObject>? file, string? model)
    {
        var named = words?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            ?? file?.Keys ?? [];
        var kinds = named.Select(MethodSettings.FindKind).Distinct().ToList();
        var methods = kinds.ToDictionary(
            kind => kind.Word, kind => file?.GetValueOrDefault(kind.Word)?.DeepClone().AsObject()
            ?? MethodSettings.Of(kind.CreateFor(MethodSettings.ModelOf(model))));
        foreach (var assignment in assignments)
        {
            var (word, rest) = assignment.Split('.', 2) is [var left, var right] && !left.Contains('=')
                ? (left, right) : throw new ArgumentException(
                $"{Option} takes method.Name=Value here, such as {Option} datadream.Training.Rank=8, not "
                    + $"'{assignment}'.");
            var kind = kinds.FirstOrDefault(kind => kind.Word.Equals(word, StringComparison.OrdinalIgnoreCase))
                ?? throw new ArgumentException(
                $"{Option} {assignment}: '{word}' is none of the methods that are compared: "
                    + $"{string.Join(", ", methods.Keys)}.");
            MethodSettings.Assign(kind, methods[kind.Word], rest);
        }
        // Also those of a file are looked at before any work is done.
        return kinds.ToDictionary(
            kind => kind.Word, kind => MethodSettings.Of(Check(MethodSettings.Create(kind, methods[kind.Word]))));
    }

    private static ISynthesisMethod Check(ISynthesisMethod method)
    {
        var complete = method is SeedSelect { SeedsPath: { } path, SeedsHash: null } seeds
            ? seeds.WithSeeds(path) : method;
        complete.Validate();
        return complete;
    }
}
