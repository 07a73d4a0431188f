using System.CommandLine;
using MLNet.SynthAugment.Cli.Options;
using MLNet.SynthAugment.Pretraining.StrokeCharacters;

namespace MLNet.SynthAugment.Cli.Draw;

/// <summary>
/// <c>synthaugment draw</c>: a set of handwritten characters that the program invents and draws, to try things on.
/// </summary>
internal static class DrawCommand
{
    private static readonly Option<string> s_out = new("--out")
    { Description = "Folder of the set. Files that are there are replaced.", Required = true };
    private static readonly Option<int?> s_classes = CommandOptions.AtLeast(1, "--classes", "Characters (12).");
    private static readonly Option<int?> s_train =
        CommandOptions.AtLeast(1, "--train", "Writers of the train split (20).");
    private static readonly Option<int?> s_validation =
        CommandOptions.AtLeast(0, "--val", "Writers of the val split (10).");
    private static readonly Option<int?> s_test =
        CommandOptions.AtLeast(0, "--test", "Writers of the test split (30).");
    private static readonly Option<int?> s_size =
        CommandOptions.AtLeast(8, "--size", "Side of the pictures in pixels (64).");
    private static readonly Option<long?> s_seed = new("--seed")
    { Description = "Another number gives other characters and writers." };

    /// <summary>The command with its options.</summary>
    public static Command Create()
    {
        var command = new Command(
            "draw", "Draws an image set to try things on: invented characters, each as many simulated writers write "
                + "it; those of train, val and test differ.")
        {
            s_out, s_classes, s_train, s_validation, s_test, s_size, s_seed,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult arguments)
    {
        var folder = Path.GetFullPath(arguments.GetRequiredValue(s_out));
        var classes = arguments.GetValue(s_classes) ?? 12;
        KeyValuePair<string, int>[] writers =
        [
            new("train", arguments.GetValue(s_train) ?? 20), new("val", arguments.GetValue(s_validation) ?? 10),
                new("test", arguments.GetValue(s_test) ?? 30),
        ];
        var drawn = writers.Where(split => split.Value > 0).ToList();
        DrawnCharacters.Draw(folder, classes, drawn, arguments.GetValue(s_size) ?? 64, arguments.GetValue(s_seed)
            ?? DrawnCharacters.DefaultSeed);
        Console.WriteLine($"{folder}: {classes} characters, each by "
            + $"{string.Join(", ", drawn.Select(split => $"{split.Value} writers in {split.Key}"))}.");
        return 0;
    }
}
