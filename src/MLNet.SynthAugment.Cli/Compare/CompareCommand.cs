using System.CommandLine;
using System.Text.Json.Nodes;
using MLNet.SynthAugment.Cli.Generate;
using MLNet.SynthAugment.Cli.Hosting;
using MLNet.SynthAugment.Cli.Options;
using MLNet.SynthAugment.Diffusion;
using MLNet.SynthAugment.Diffusion.ImageSets;
using MLNet.SynthAugment.Evaluation.Comparisons;
using MLNet.SynthAugment.Methods;

namespace MLNet.SynthAugment.Cli.Compare;

/// <summary><c>synthaugment compare</c>: what synthetic images do for a classifier.</summary>
internal static class CompareCommand
{
    private const string Word = "compare";
    private const string Steps = "Steps";

    private static readonly Option<string?> s_settings = new("--settings")
    { Description = "Starts from the settings.json of another run; further options override it." };
    private static readonly Option<string?> s_images = new("--images")
    {
        Description = "A folder or zip laid out as train/<class>/*, test/<class>/* and val/<class>/*, by which "
            + "choices are made; or <class>/*, of which half is kept for testing."
    };
    private static readonly Option<string?> s_zipEncoding = CommandOptions.ZipEncoding();
    private static readonly Option<string?> s_shots = new("--shots")
    {
        Description = "Real training images of each class, the first by index.csv, else by name: numbers between "
            + "commas (1,2,4,8,16)."
    };
    private static readonly Option<string?> s_amounts = new("--amounts")
    { Description = "Synthetic images of each class: numbers between commas (0,16,64)." };
    private static readonly Option<string?> s_methods = new("--methods")
    {
        Description = $"Methods between commas: {string.Join(", ", SynthesisMethods.All.Select(kind => kind.Word))} "
        + "(variation with the embedded model, else datadream)."
    };
    private static readonly Option<string[]> s_set = new("--set")
    { Description = "method.Name=Value sets an option of a method; several times. 'generate --set ?' lists them." };
    private static readonly Option<int?> s_seeds =
        CommandOptions.AtLeast(1, "--seeds", "Repetitions, with seeds 1, 2, … (5).");
    private static readonly Option<bool?> s_drawShots = new("--draw-shots")
    { Description = "Seeds from 2 on take other images of train as shots, where a class has more than the shots." };
    private static readonly Option<string?> s_arms = new("--arms")
    { Description = $"What is trained on, between commas: {string.Join(", ", Enum.GetNames<ArmKind>())} (all)." };
    private static readonly Option<CompareAugmentation?> s_augmentation = new("--augmentation")
    {
        Description = "The classic augmentation: Drawings (affine), Photographs (crops, mirror images, "
            + "RandAugment, MixUp, CutMix) or None (Drawings)."
    };
    private static readonly Option<string?> s_trainer = new("--trainer")
    { Description = $"One of {string.Join(", ", CompareTrainer.Words)} (smallconvnet)." };
    private static readonly Option<string[]> s_trainerSet = new("--trainer-set")
    { Description = "Name=Value sets an option of the trainer, such as ImageSize=64; several times." };
    private static readonly Option<int?> s_steps =
        CommandOptions.AtLeast(1, "--steps", "Optimiser steps of every training (1000).");
    private static readonly Option<string?> s_model = new("--model")
    { Description = "A Hugging Face folder of a Stable-Diffusion-like model. Without it: the embedded model." };
    private static readonly Option<string?> s_clip = new("--clip")
    {
        Description = "A Hugging Face folder of a CLIP model, for --trainer cliplora, --method seedselect and "
            + "--select. Without it: the embedded one."
    };
    private static readonly Option<string?> s_classNames = new("--class-names")
    {
        Description = "A file with words for classes whose names are codes: csv with the columns label,name, or "
            + "JSON {\"label\": \"name\"}."
    };
    private static readonly Option<int?> s_batch = CommandOptions.AtLeast(1, "--batch", "Images made together (8).");
    private static readonly Option<string?> s_device = new("--device")
    { Description = "auto, cpu, cuda or cuda:N (auto)." };
    private static readonly Option<Precision?> s_precision = new("--precision")
    { Description = "Float32, Float16 or BFloat16 (Float32)." };
    private static readonly Option<string?> s_out = new("--out")
    { Description = "Folder for comparison.json, comparison.csv, settings.json, and all that is kept to go on." };

    private static CompareSettings Defaults { get; } = new()
    { Images = "", Methods = new Dictionary<string, JsonObject>(), Trainer = "", TrainerSettings = [], Out = "" };

    /// <summary>The command with its options.</summary>
    public static Command Create()
    {
        var command = new Command(
            Word, "Trains the same classifier on real images, with classic augmentation, and with synthetic images, "
                + "and compares test accuracies. Stopped at any moment, the same command goes on.");
        foreach (var option in (Option[])[s_settings, s_images, s_zipEncoding, s_shots, s_amounts, s_methods, s_set,
            s_seeds, s_drawShots, s_arms, s_augmentation, s_trainer, s_trainerSet, s_steps, s_model, s_clip,
            s_classNames])
            command.Add(option);
        SelectionOptions.AddTo(command);
        ReadingOptions.AddTo(command);
        foreach (var option in (Option[])[s_batch, s_device, s_precision, s_out])
            command.Add(option);
        command.SetAction((arguments, cancellation) =>
            Task.Run(() => Run(arguments, cancellation), CancellationToken.None));
        return command;
    }

    private static int Run(ParseResult arguments, CancellationToken cancellation)
    {
        var file = arguments.GetValue(s_settings) is { } path ? SettingsFile.Read<CompareSettings>(path, Word) : null;
        var settings = ReadSettings(arguments, file);
        return StoppedException.Guard(
            Word, settings.Out, () => new CompareRun(settings, Console.Out).Run(cancellation), cancellation);
    }

    private static CompareSettings ReadSettings(ParseResult arguments, CompareSettings? file)
    {
        var trainer = CompareTrainer.Find(
            arguments.GetValue(s_trainer) ?? file?.Trainer ?? CompareTrainer.Words.First());
        var trainerSettings = trainer.Word == file?.Trainer
            ? file.TrainerSettings.DeepClone().AsObject() : trainer.Defaults();
        if (arguments.GetValue(s_steps) is { } steps)
            trainerSettings[Steps] = steps;
        foreach (var assignment in arguments.GetValue(s_trainerSet) ?? [])
            trainer.Assign(trainerSettings, assignment);
        var model = FullPath(arguments.GetValue(s_model) ?? file?.Model);
        return new CompareSettings
        {
            Images = arguments.GetValue(s_images) is { } given
                ? Locate(given) : file?.Images ?? throw Missing("--images", "a folder or zip of images"),
            ZipEncoding = arguments.GetValue(s_zipEncoding) ?? file?.ZipEncoding,
            Shots = Numbers(arguments, s_shots) ?? file?.Shots ?? Defaults.Shots,
            Amounts = Numbers(arguments, s_amounts) ?? file?.Amounts ?? Defaults.Amounts,
            Seeds = arguments.GetValue(s_seeds) ?? file?.Seeds ?? Defaults.Seeds,
            DrawShots = arguments.GetValue(s_drawShots) ?? file?.DrawShots ?? Defaults.DrawShots,
            Arms = arguments.GetValue(s_arms) is { } arms ? ParseArms(arms) : file?.Arms ?? Defaults.Arms,
            Methods = CompareMethods.Read(
                arguments.GetValue(s_methods) ?? (file is null ? MethodOptions.DefaultWord(model) : null),
                arguments.GetValue(s_set) ?? [], file?.Methods, model),
            Augmentation = arguments.GetValue(s_augmentation) ?? file?.Augmentation ?? Defaults.Augmentation,
            Trainer = trainer.Word,
            TrainerSettings = trainerSettings,
            Model = model,
            Clip = FullPath(arguments.GetValue(s_clip) ?? file?.Clip),
            Selection = SelectionOptions.Read(arguments, file?.Selection, isEmbedded: model is null),
            ClassNames = arguments.GetValue(s_classNames) is { } names ? ClassNameFile.Read(names) : file?.ClassNames,
            Orientation = ReadingOptions.Orientation(arguments, file?.Orientation),
            Ground = ReadingOptions.Ground(arguments, file?.Ground),
            BatchSize = arguments.GetValue(s_batch) ?? file?.BatchSize ?? Defaults.BatchSize,
            Device = arguments.GetValue(s_device) ?? file?.Device ?? Defaults.Device,
            Precision = arguments.GetValue(s_precision) ?? file?.Precision ?? Defaults.Precision,
            Out = FullPath(arguments.GetValue(s_out) ?? file?.Out)
                ?? throw Missing("--out", "the folder for the results"),
        };
    }

    // Not the training images alone, as elsewhere: test images are what is reported on.
    private static string Locate(string given)
    {
        var location = ImageSetLocation.Parse(given);
        return (location with { Path = Path.GetFullPath(location.Path) }).ToString();
    }

    private static IReadOnlyList<int>? Numbers(ParseResult arguments, Option<string?> option) =>
        arguments.GetValue(option) is { } text ? NumberList.Parse(option.Name, text) : null;

    private static IReadOnlyList<ArmKind> ParseArms(string text) =>
        [.. text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        .Select(word => Enum.TryParse<ArmKind>(word, ignoreCase: true, out var kind) && Enum.IsDefined(kind)
            ? kind
            : throw new ArgumentException(
                $"--arms: there is no arm '{word}', but {string.Join(", ", Enum.GetNames<ArmKind>())}."))];

    private static string? FullPath(string? path) => path is null ? null : Path.GetFullPath(path);

    private static ArgumentException Missing(string option, string what) =>
        new($"Give {option}, {what}, or --settings with the file of another run. 'synthaugment compare --help' lists "
            + "all options.");
}
