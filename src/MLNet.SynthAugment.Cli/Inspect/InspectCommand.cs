using MLNet.SynthAugment.Cli.Hosting;
using MLNet.SynthAugment.Cli.Options;
using MLNet.SynthAugment.Evaluation.Inspections;

namespace MLNet.SynthAugment.Cli.Inspect;

/// <summary><c>synthaugment inspect</c>: says what a file or folder is and whether it is sound.</summary>
internal static class InspectCommand
{
    private static readonly Argument<string> s_path = new("path")
    {
        Description = "A model or CLIP folder, an adapter or another safetensors file, a store, a saved "
            + "transformer, or a folder or zip of images."
    };

    private static readonly Option<string?> s_zipEncoding = CommonOptions.ZipEncoding();

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command("inspect",
            "Says what a file or folder is, reads all of it, and tells whether it is sound. Exit code 1 if "
            + "not.") { s_path, s_zipEncoding };
        command.SetAction(arguments =>
            Run(arguments.GetRequiredValue(s_path), Console.Out, arguments.GetValue(s_zipEncoding)));
        return command;
    }

    /// <summary>Inspects a path and writes what was found.</summary>
    /// <returns>0 if it is sound, else 1.</returns>
    internal static int Run(string path, TextWriter output, string? zipEncoding = null)
    {
        var found = Inspector.Inspect(path, zipEncoding);
        output.WriteLine(found.Kind);
        // Names of files may hold what moves the cursor or begins a line.
        void Write(string line) => output.WriteLine(string.Concat(line.Select(Printable)));
        var width = found.Facts.Select(fact => fact.Name.Length).DefaultIfEmpty().Max();
        foreach (var (name, value) in found.Facts)
            Write($"  {name.PadRight(width)}  {value}");
        foreach (var warning in found.Warnings)
            Write($"Warning: {warning}");
        foreach (var problem in found.Problems)
            Write($"Problem: {problem}");
        output.WriteLine(found.Problems.Count == 0 ? "Sound." : "Not sound.");
        return found.Problems.Count == 0 ? ExitCode.Done : ExitCode.Failed;
    }

    private static string Printable(char character) => character switch
    {
        '\n' => "\\n",
        '\r' => "\\r",
        '\t' => "\\t",
        // Of these, some turn the direction in which what follows is shown.
        _ when char.IsControl(character) || character is (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069')
            => $"\\u{(int)character:x4}",
        _ => character.ToString(),
    };
}
