using System.CommandLine;
using MLNet.SynthAugment.Cli.Hosting;
using MLNet.SynthAugment.Cli.Options;
using MLNet.SynthAugment.Diffusion;
using MLNet.SynthAugment.Files;

namespace MLNet.SynthAugment.Cli.Generate;

/// <summary><c>synthaugment generate</c>: synthetic images for every class of a folder or zip.</summary>
internal static class GenerateCommand
{
    private const string Word = "generate";

    private static readonly Option<string?> s_settings = new("--settings")
    { Description = "Starts from the settings.json of another run; further options override it." };
    private static readonly Option<int?> s_perClass =
        CommandOptions.AtLeast(0, "--per-class", "Synthetic images of each class (48).");
    private static readonly Option<bool?> s_balance = new("--balance")
    { Description = "Brings every class to the same total of real and synthetic images." };
    private static readonly Option<string?> s_out = new("--out")
    { Description = "Folder for images/, report.json, contact-sheet.png and settings.json." };
    private static readonly Option<string?> s_store = new("--store")
    {
        Description = "Folder that keeps images and what was learnt, for runs that go on (OUT/store). Several runs "
            + "may share it."
    };
    private static readonly Option<string?> s_model = new("--model")
    { Description = "A Hugging Face folder of a Stable-Diffusion-like model. Without it: the embedded model." };
    private static readonly Option<string?> s_clip = new("--clip")
    {
        Description = "A Hugging Face folder of a CLIP model, which --method seedselect and --select need. Without "
            + "it: that of the embedded model, which goes with this alone; none with --model."
    };
    private static readonly Option<long?> s_seed = new("--seed") { Description = "Seed of everything random (1)." };
    private static readonly Option<int?> s_batch = CommandOptions.AtLeast(1, "--batch", "Images made together (8).");
    private static readonly Option<string?> s_device = new("--device")
    { Description = "auto, cpu, cuda or cuda:N (auto)." };
    private static readonly Option<Precision?> s_precision = new("--precision")
    { Description = "Float32, Float16 or BFloat16 (Float32)." };

    private static GenerateSettings Defaults { get; } = new()
    { Images = "", Method = "", MethodSettings = [], Out = "", Store = "" };

    /// <summary>The command with its options.</summary>
    public static Command Create()
    {
        var command = new Command(
            Word, "Makes synthetic images of every class from a few real ones. Stopped at any moment, the same "
                + "command goes on.") { s_settings };
        ShotOptions.AddTo(command);
        MethodOptions.AddTo(command);
        foreach (var option in (Option[])[s_model, s_clip, s_perClass, s_balance, s_out, s_store])
            command.Add(option);
        SelectionOptions.AddTo(command);
        ReadingOptions.AddTo(command);
        foreach (var option in (Option[])[s_seed, s_batch, s_device, s_precision])
            command.Add(option);
        command.SetAction((arguments, cancellation) =>
            Task.Run(() => Run(arguments, cancellation), CancellationToken.None));
        return command;
    }

    private static int Run(ParseResult arguments, CancellationToken cancellation)
    {
        var file = arguments.GetValue(s_settings) is { } path ? SettingsFile.Read<GenerateSettings>(path, Word) : null;
        if (MethodOptions.AskForList(arguments))
        {
            Console.WriteLine(MethodOptions.List(arguments, file, ReadModel(arguments, file)));
            return 0;
        }
        var settings = ReadSettings(arguments, file);
        return StoppedException.Guard(Word, settings.Out, () =>
        {
            var report = GenerateConsole.Show(console => new GenerateRun(settings, console).Run(cancellation));
            Console.WriteLine($"{report.Classes.Sum(found => found.Synthetic)} synthetic images of "
                + $"{report.Classes.Count} classes are in {settings.Out}: "
                + "images/, contact-sheet.png, report.json; settings.json starts the run again.");
        }, cancellation);
    }

    private static GenerateSettings ReadSettings(ParseResult arguments, GenerateSettings? file)
    {
        var outFolder = FullPath(arguments.GetValue(s_out) ?? file?.Out)
            ?? throw Missing("--out", "the folder for the results");
        var images = ShotOptions.Images(arguments, file) ?? throw Missing("--images", "a folder or zip of images");
        var model = ReadModel(arguments, file);
        var (method, methodSettings) = MethodOptions.Read(arguments, file, model);
        return new GenerateSettings
        {
            Images = images,
            ZipEncoding = ShotOptions.ZipEncoding(arguments, file),
            Captions = ShotOptions.Captions(arguments, file),
            Masks = ShotOptions.Masks(arguments, file, images),
            Shots = ShotOptions.Shots(arguments, file),
            PerClass = arguments.GetValue(s_perClass) ?? file?.PerClass ?? Defaults.PerClass,
            Balance = arguments.GetValue(s_balance) ?? file?.Balance ?? Defaults.Balance,
            Method = method,
            MethodSettings = methodSettings,
            Model = model,
            Clip = FullPath(arguments.GetValue(s_clip) ?? file?.Clip),
            Selection = SelectionOptions.Read(arguments, file?.Selection, isEmbedded: model is null),
            ClassNames = ShotOptions.ClassNames(arguments, file),
            Orientation = ReadingOptions.Orientation(arguments, file?.Orientation),
            Ground = ReadingOptions.Ground(arguments, file?.Ground),
            Seed = arguments.GetValue(s_seed) ?? file?.Seed ?? Defaults.Seed,
            BatchSize = arguments.GetValue(s_batch) ?? file?.BatchSize ?? Defaults.BatchSize,
            Device = arguments.GetValue(s_device) ?? file?.Device ?? Defaults.Device,
            Precision = arguments.GetValue(s_precision) ?? file?.Precision ?? Defaults.Precision,
            Out = outFolder,
            // The store of the settings file holds what was made, wherever the results go.
            Store = FullPath(arguments.GetValue(s_store) ?? file?.Store) ?? StoreLayout.RootIn(outFolder),
        };
    }

    private static string? ReadModel(ParseResult arguments, GenerateSettings? file) =>
        FullPath(arguments.GetValue(s_model) ?? file?.Model);

    private static string? FullPath(string? path) => path is null ? null : Path.GetFullPath(path);

    private static ArgumentException Missing(string option, string what) =>
        new($"Give {option}, {what}, or --settings with the file of another run. 'synthaugment generate --help' "
            + "lists all options.");
}
