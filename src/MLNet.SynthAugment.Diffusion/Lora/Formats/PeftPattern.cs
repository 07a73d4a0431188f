using System.Text.RegularExpressions;

namespace MLNet.SynthAugment.Diffusion.Lora.Formats;

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
        if (start < 0 || (start > 0 && module[start - 1] != '.')) return false;
        for (var i = 0; i < Key.Length; i++)
        {
            // In a regular expression a dot is any character.
            if (Key[i] != '.' && Key[i] != module[start + i]) return false;
        }
        return true;
    }
}
