using MLNet.SynthAugment.Cli.Hosting;
using MLNet.SynthAugment.Cli.Options;
using MLNet.SynthAugment.Pretraining.StrokeCharacters;

namespace MLNet.SynthAugment.Cli.Draw;

/// <summary>
/// <c>synthaugment draw</c>: a set of handwritten characters that the program invents and draws, to try things on.
/// </summary>
internal static class DrawCommand
{
    private sealed record Settings
    {
        public required string Out { get; init; }

        public int Classes { get; init; } = 12;

        public int Train { get; init; } = 20;

        public int Validation { get; init; } = 10;

        public int Test { get; init; } = 30;

        public int Size { get; init; } = 64;

        public long Seed { get; init; } = DrawnCharacters.DefaultSeed;
    }

    /// <summary>The command with its options.</summary>
    public static Command Create()
    {
        var command = new Command("draw",
            "Draws an image set to try things on: invented characters, each as many simulated writers write it; those "
                + "of train, val and test differ.");
        var settings = new CommandSettings<Settings>(command);
        settings.AddPath("--out", given => given.Out, "Folder of the set. Files that are there are replaced.");
        settings.Add("--classes", given => given.Classes, "Characters.", least: 1);
        settings.Add("--train", given => given.Train, "Writers of the train split.", least: 1);
        settings.Add("--val", given => given.Validation, "Writers of the val split.", least: 0);
        settings.Add("--test", given => given.Test, "Writers of the test split.", least: 0);
        settings.Add("--size", given => given.Size, "Side of the pictures in pixels.", least: 8);
        settings.Add("--seed", given => given.Seed, "Another number gives other characters and writers.");
        settings.Run((given, _) => Run(given));
        return command;
    }

    private static int Run(Settings settings)
    {
        KeyValuePair<string, int>[] writers =
            [new("train", settings.Train), new("val", settings.Validation), new("test", settings.Test)];
        var drawn = writers.Where(split => split.Value > 0).ToList();
        DrawnCharacters.Draw(settings.Out, settings.Classes, drawn, settings.Size, settings.Seed);
        Console.WriteLine($"{settings.Out}: {settings.Classes} characters, each by "
            + $"{string.Join(", ", drawn.Select(split => $"{split.Value} writers in {split.Key}"))}.");
        return ExitCode.Done;
    }
}
