using System.CommandLine;
using System.Text.Json.Nodes;
using MLNet.SynthAugment.Diffusion;
using MLNet.SynthAugment.Methods;

namespace MLNet.SynthAugment.Cli.Generate;

/// <summary><c>synthaugment generate</c>: synthetic images for every class of a folder or zip.</summary>
internal static class GenerateCommand
{
    private const int Interrupted = 130;
    private const string DefaultMethod = "datadream";

    private static readonly Option<string?> s_settings = new("--settings") { Description = "Starts from the settings.json of another run; further options override it." };
    private static readonly Option<string?> s_images = new("--images") { Description = "A folder or zip laid out as <class>/* or <split>/<class>/*; PATH:split names the split." };
    private static readonly Option<string?> s_split = new("--split") { Description = "The split to read, as after the colon of --images. Without it: train, where there is one." };
    private static readonly Option<int?> s_shots = CommandOptions.AtLeast(1, "--shots", "Real images of each class to learn from, the first by index.csv, else by name. Without it: all.");
    private static readonly Option<int?> s_perClass = CommandOptions.AtLeast(0, "--per-class", "Synthetic images of each class (48).");
    private static readonly Option<bool?> s_balance = new("--balance") { Description = "Brings every class to the same total of real and synthetic images." };
    private static readonly Option<string?> s_out = new("--out") { Description = "Folder for images/, report.json, contact-sheet.png and settings.json." };
    private static readonly Option<string?> s_store = new("--store") { Description = "Folder that keeps images and what was learnt, for runs that go on (OUT/store). Several runs may share it." };
    private static readonly Option<string?> s_method = new("--method") { Description = $"One of {string.Join(", ", SynthesisMethods.All.Select(kind => kind.Word))} (datadream)." };
    private static readonly Option<string[]> s_set = new("--set") { Description = "Name=Value sets an option of the method; several times. --set '?' lists them." };
    private static readonly Option<string?> s_model = new("--model") { Description = "A Hugging Face folder of a Stable-Diffusion-like model. Without it: the embedded model." };
    private static readonly Option<string?> s_clip = new("--clip") { Description = "A Hugging Face folder of a CLIP model. Without it: the one of the embedded model." };
    private static readonly Option<long?> s_seed = new("--seed") { Description = "Seed of everything random (1)." };
    private static readonly Option<int?> s_batch = CommandOptions.AtLeast(1, "--batch", "Images made together (8).");
    private static readonly Option<string?> s_device = new("--device") { Description = "auto, cpu, cuda or cuda:N (auto)." };
    private static readonly Option<Precision?> s_precision = new("--precision") { Description = "Float32, Float16 or BFloat16 (Float32)." };

    private static GenerateSettings Defaults { get; } = new() { Images = "", Method = "", MethodSettings = [], Out = "", Store = "" };

    /// <summary>The command with its options.</summary>
    public static Command Create()
    {
        var command = new Command("generate", "Makes synthetic images of every class from a few real ones. Stopped at any moment, the same command goes on.")
        {
            s_settings, s_images, s_split, s_shots, s_perClass, s_balance, s_out, s_store, s_method, s_set, s_model, s_clip, s_seed, s_batch, s_device, s_precision,
        };
        SelectionOptions.AddTo(command);
        command.SetAction((arguments, cancellation) => Task.Run(() => Run(arguments, cancellation), CancellationToken.None));
        return command;
    }

    private static int Run(ParseResult arguments, CancellationToken cancellation)
    {
        var settings = ReadSettings(arguments);
        try
        {
            var report = GenerateConsole.Show(console => new GenerateRun(settings, console).Run(cancellation));
            Console.WriteLine($"{report.Classes.Sum(found => found.Synthetic)} synthetic images of {report.Classes.Count} classes are in {settings.Out}: "
                + "images/, contact-sheet.png, report.json; settings.json starts the run again.");
            return 0;
        }
        // ML.NET wraps what happens on its worker threads.
        catch (Exception) when (cancellation.IsCancellationRequested)
        {
            Console.Error.WriteLine($"Stopped; what is finished is kept. Go on with: synthaugment generate --settings \"{Path.Combine(settings.Out, SettingsFile.Name)}\"");
            return Interrupted;
        }
    }

    private static GenerateSettings ReadSettings(ParseResult arguments)
    {
        var file = arguments.GetValue(s_settings) is { } path ? SettingsFile.Read(path) : null;
        var outFolder = FullPath(arguments.GetValue(s_out)) ?? file?.Out ?? throw Missing("--out", "the folder for the results");
        var model = FullPath(arguments.GetValue(s_model)) ?? file?.Model;
        var (method, methodSettings) = ReadMethod(arguments, file, model);
        return new GenerateSettings
        {
            Images = ReadImages(arguments, file),
            Shots = arguments.GetValue(s_shots) ?? file?.Shots,
            PerClass = arguments.GetValue(s_perClass) ?? file?.PerClass ?? Defaults.PerClass,
            Balance = arguments.GetValue(s_balance) ?? file?.Balance ?? Defaults.Balance,
            Method = method,
            MethodSettings = methodSettings,
            Model = model,
            Clip = FullPath(arguments.GetValue(s_clip)) ?? file?.Clip,
            Selection = SelectionOptions.Read(arguments, file?.Selection, isEmbedded: model is null),
            ClassNames = file?.ClassNames,
            Seed = arguments.GetValue(s_seed) ?? file?.Seed ?? Defaults.Seed,
            BatchSize = arguments.GetValue(s_batch) ?? file?.BatchSize ?? Defaults.BatchSize,
            Device = arguments.GetValue(s_device) ?? file?.Device ?? Defaults.Device,
            Precision = arguments.GetValue(s_precision) ?? file?.Precision ?? Defaults.Precision,
            Out = outFolder,
            // The store of the settings file holds what was made, wherever the results go.
            Store = FullPath(arguments.GetValue(s_store)) ?? file?.Store ?? Path.Combine(outFolder, "store"),
        };
    }

    private static string ReadImages(ParseResult arguments, GenerateSettings? file)
    {
        var given = arguments.GetValue(s_images) ?? file?.Images ?? throw Missing("--images", "a folder or zip of images");
        return CommandOptions.LocateImages(given, arguments.GetValue(s_split)).ToString();
    }

    private static (string Word, JsonObject Settings) ReadMethod(ParseResult arguments, GenerateSettings? file, string? model)
    {
        var kind = MethodSettings.FindKind(arguments.GetValue(s_method) ?? file?.Method ?? DefaultMethod);
        var settings = kind.Word == file?.Method
            ? file.MethodSettings.DeepClone().AsObject()
            : MethodSettings.Of(kind.CreateFor(GenerateSettings.ModelOf(model)));
        foreach (var assignment in arguments.GetValue(s_set) ?? [])
            MethodSettings.Assign(kind, settings, assignment);
        // Also those of a file are looked at before any work is done.
        MethodSettings.Create(kind, settings);
        return (kind.Word, settings);
    }

    private static string? FullPath(string? path) => path is null ? null : Path.GetFullPath(path);

    private static ArgumentException Missing(string option, string what) => new($"Give {option}, {what}, or --settings with the file of another run. 'synthaugment generate --help' lists all options.");
}
