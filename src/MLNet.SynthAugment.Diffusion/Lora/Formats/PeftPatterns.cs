using System.Diagnostics;

namespace MLNet.SynthAugment.Diffusion.Lora.Formats;

/// <summary>
/// PEFT's <c>alpha_pattern</c> or <c>rank_pattern</c>: of the keys that are for a module, the first in the file
/// counts.
/// </summary>
internal sealed class PeftPatterns
{
    private const int KeysShown = 5;
    private const int LongestShown = 100;

    // Some milliseconds are usual; a file from anywhere may hold any number of keys.
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(20);

    private readonly string _where;
    private readonly List<(PeftPattern Pattern, JsonElement Value)> _patterns;
    private readonly Stopwatch _clock = Stopwatch.StartNew();

    /// <param name="where">File and key of the object, for messages.</param>
    /// <param name="json">The object of patterns and values.</param>
    public PeftPatterns(string where, JsonElement json) =>
        (_where, _patterns) =
            (where, [.. json.EnumerateObject().Select(entry => (new PeftPattern(entry.Name), entry.Value))]);

    /// <summary>The key that counts for each module, with its value; modules without one are not in it.</summary>
    /// <param name="modules">The modules' paths.</param>
    /// <param name="warn">Gets a sentence if keys are for none of the modules.</param>
    /// <exception cref="InvalidDataException">
    /// A key is no valid regular expression, or takes too long to match.
    /// </exception>
    public IReadOnlyDictionary<string, (string Key, JsonElement Value)> Of(
        IReadOnlyCollection<string> modules, Action<string> warn)
    {
        var found = new Dictionary<string, (string Key, JsonElement Value)>(StringComparer.Ordinal);
        var counting = new HashSet<PeftPattern>();
        foreach (var module in modules)
        {
            var first = _patterns.Find(entry => Matches(entry.Pattern, module));
            if (first.Pattern is null)
                continue;
            found[module] = (first.Pattern.Key, first.Value);
            counting.Add(first.Pattern);
        }
        var idle = _patterns.Select(entry => entry.Pattern)
            .Where(pattern => !counting.Contains(pattern) && !modules.Any(module => Matches(pattern, module)))
            .Select(pattern => $"'{Shown(pattern.Key)}'")
            .ToList();
        if (idle.Count > 0)
            warn(Sentence(idle, modules));
        return found;
    }

    private string Sentence(List<string> idle, IReadOnlyCollection<string> modules)
    {
        var shown = string.Join(", ", idle.Take(KeysShown)) + (idle.Count > KeysShown ? ", …" : "");
        var fact = idle.Count == 1
            ? $"the key {shown} matches no layer of the file and has no effect, as in PEFT"
            : $"{idle.Count} keys: {shown} match no layer of the file and have no effect, as in PEFT";
        var example = modules.Count > 0 ? $"; one of the paths is {modules.First()}" : "";
        return $"{_where}: {fact}. A key is a regular expression that must match a layer's path to its end, "
            + $"from its start or from behind a dot{example}.";
    }

    private bool Matches(PeftPattern pattern, string module)
    {
        try
        {
            return _clock.Elapsed < s_longest ? pattern.Matches(module) : throw TooSlow(pattern.Key);
        }
        catch (RegexMatchTimeoutException)
        {
            throw TooSlow(pattern.Key);
        }
        catch (ArgumentException error)
        {
            throw new InvalidDataException($"{_where}: the key '{Shown(pattern.Key)}' is no valid regular "
                + $"expression: {Shown(error.Message)}", error);
        }
    }

    private InvalidDataException TooSlow(string key) =>
        new($"{_where}: matching the key '{Shown(key)}' takes too long; write a simpler regular expression, or the "
            + $"layers' paths themselves.");

    private static string Shown(string text) => text.Length > LongestShown ? text[..LongestShown] + "…" : text;
}

/// <summary>
/// A key of PEFT's <c>alpha_pattern</c> or <c>rank_pattern</c>: a regular expression that must match a module's path
/// to its end, from its start or from behind a dot.
/// </summary>
internal sealed class PeftPattern
{
    private readonly Lazy<Regex>? _regex;

    /// <param name="key">The key.</param>
    public PeftPattern(string key)
    {
        Key = key;
        // Most keys are paths as they are: diffusers writes hundreds of them for hundreds of layers.
        if (key.Any(character => !char.IsAsciiLetterOrDigit(character) && character is not ('_' or '.')))
            _regex = new Lazy<Regex>(() => PythonRegex.Create($@"\A(?:(.*\.)?({key})$)"));
    }

    /// <summary>The key as the file has it.</summary>
    public string Key { get; }

    /// <summary>Whether the key is for a module.</summary>
    /// <exception cref="ArgumentException">The key is no valid regular expression.</exception>
    /// <exception cref="RegexMatchTimeoutException">The key takes too long to match.</exception>
    public bool Matches(string module) => _regex?.Value.IsMatch(module) ?? MatchesPlainly(module);

    private bool MatchesPlainly(string module)
    {
        var start = module.Length - Key.Length;
        if (start < 0 || (start > 0 && module[start - 1] != '.'))
            return false;
        for (var i = 0; i < Key.Length; i++)
        {
            // In a regular expression a dot is any character.
            if (Key[i] != '.' && Key[i] != module[start + i])
                return false;
        }
        return true;
    }
}
