using MLNet.SynthAugment.Cli.Hosting;
using MLNet.SynthAugment.Cli.Options;
using MLNet.SynthAugment.Files;

namespace MLNet.SynthAugment.Cli.Generate;

/// <summary><c>synthaugment generate</c>: synthetic images for every class of a folder or zip.</summary>
internal static class GenerateCommand
{
    /// <summary>The command with its options.</summary>
    public static Command Create()
    {
        var command = new Command("generate",
            "Makes synthetic images of every class from a few real ones. Stopped at any moment, the same command goes "
                + "on.");
        var settings = new CommandSettings<GenerateSettings>(command);
        settings.AddFile();
        ShotOptions.AddTo(settings);
        MethodOptions.AddTo(command);
        settings.AddPath("--model", given => given.Model,
            "A Hugging Face folder of a Stable-Diffusion-like model. Without it: the embedded model.");
        settings.AddPath("--clip", given => given.Clip,
            "A Hugging Face folder of a CLIP model, which --method seedselect and --select need. Without it: that of "
                + "the embedded model, which goes with this alone; none with --model.");
        settings.Add("--per-class", given => given.PerClass, "Synthetic images of each class.", least: 0,
            inLibrary: "ImagesPerClass");
        settings.Add("--balance", given => given.Balance,
            "Brings every class to the same total of real and synthetic images.");
        settings.AddPath("--out", given => given.Out,
            "Folder for images/, report.json, contact-sheet.png and settings.json.");
        settings.AddPath("--store", given => given.Store,
            "Folder that keeps images and what was learnt, for runs that go on. Several runs may share it. Without "
                + "it: OUT/store.", inLibrary: "StoreFolder");
        SelectionOptions.AddTo(settings, nameof(GenerateSettings.Selection), nameof(GenerateSettings.Model));
        settings.AddReading(given => given.Orientation, given => given.Ground);
        settings.Add("--seed", given => given.Seed, "Seed of everything random.");
        settings.Add("--batch", given => given.BatchSize, "Images made together.", least: 1);
        settings.AddDevice(given => given.Device);
        settings.Add("--precision", given => given.Precision, "Float32, Float16 or BFloat16.");
        settings.AddRule((arguments, json) =>
        {
            var (word, methodSettings) = MethodOptions.Read(arguments, json);
            json[nameof(GenerateSettings.Method)] = word;
            json[nameof(GenerateSettings.MethodSettings)] = methodSettings;
            // The store of the settings file holds what was made, wherever the results go.
            json[nameof(GenerateSettings.Store)] ??=
                StoreLayout.RootIn((string)json[nameof(GenerateSettings.Out)]!);
        });
        command.SetAction((arguments, cancellationToken) => Task.Run(
            () => MethodOptions.AskForList(arguments)
                ? List(arguments, settings)
                : Run(command, settings.Read(arguments), cancellationToken), CancellationToken.None));
        return command;
    }

    private static int List(ParseResult arguments, CommandSettings<GenerateSettings> settings)
    {
        Console.WriteLine(MethodOptions.List(arguments, settings.Collect(arguments)));
        return ExitCode.Done;
    }

    private static int Run(Command command, GenerateSettings settings, CancellationToken cancellationToken) =>
        CommandErrors.RunStoppable(command.Name, settings.Out, () =>
        {
            var report = GenerateConsole.Show(sentence => OptionWords.In(command, sentence),
                console => new GenerateRun(settings, console).Run(cancellationToken));
            Console.WriteLine($"{report.Classes.Sum(found => found.Synthetic)} synthetic images of "
                + $"{report.Classes.Count} classes are in {settings.Out}: "
                + "images/, contact-sheet.png, report.json; settings.json starts the run again.");
        }, cancellationToken);
}
