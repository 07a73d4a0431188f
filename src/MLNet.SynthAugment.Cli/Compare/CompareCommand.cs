using System.Globalization;
using MLNet.SynthAugment.Cli.Hosting;
using MLNet.SynthAugment.Cli.Options;
using MLNet.SynthAugment.Cli.Shots;
using MLNet.SynthAugment.Evaluation.Comparisons;

namespace MLNet.SynthAugment.Cli.Compare;

/// <summary><c>synthaugment compare</c>: what synthetic images do for a classifier.</summary>
internal static class CompareCommand
{
    private const string Steps = "Steps";

    private static readonly Option<string?> s_methods = new("--methods")
    {
        Description = $"Methods between commas: {string.Join(", ", SynthesisMethods.All.Select(kind => kind.Word))} "
            + "(variation with the embedded model, else datadream).",
    };
    private static readonly Option<string[]> s_set = new("--set")
    { Description = "method.Name=Value sets an option of a method; several times. 'generate --set ?' lists them." };
    private static readonly Option<string?> s_trainer = new("--trainer")
    { Description = $"One of {string.Join(", ", CompareTrainer.Words)} ({CompareTrainer.Words.First()})." };
    private static readonly Option<string[]> s_trainerSet = new("--trainer-set")
    { Description = "Name=Value sets an option of the trainer, such as ImageSize=64; several times." };
    private static readonly Option<int?> s_steps = new("--steps")
    { Description = $"Optimiser steps of every training ({CompareTrainer.DefaultSteps})." };

    /// <summary>The command with its options.</summary>
    public static Command Create()
    {
        var command = new Command("compare",
            "Trains the same classifier on real images, with classic augmentation, and with synthetic images, and "
                + "compares test accuracies. Stopped at any moment, the same command goes on.");
        var settings = new CommandSettings<CompareSettings>(command);
        settings.AddFile();
        settings.AddText("--images", given => given.Images,
            "A folder or zip laid out as train/<class>/*, test/<class>/* and val/<class>/*, by which choices are made; "
                // Not the training images alone, as elsewhere: test images are what is reported on.
                + "or <class>/*, of which half is kept for testing.", CommonOptions.Locate);
        settings.AddZipEncoding(given => given.ZipEncoding);
        settings.AddText("--shots", given => given.Shots,
            "Real training images of each class, the first by index.csv, else by name: numbers between commas.",
            text => Numbers("--shots", text));
        settings.AddText("--amounts", given => given.Amounts,
            "Synthetic images of each class: numbers between commas.", text => Numbers("--amounts", text));
        settings.AddPlain(s_methods);
        settings.AddPlain(s_set);
        settings.Add("--seeds", given => given.Seeds, "Repetitions, with seeds 1, 2, ….", least: 1);
        settings.Add("--draw-shots", given => given.DrawShots,
            "Seeds from 2 on take other images of train as shots, where a class has more than the shots.");
        settings.AddText("--arms", given => given.Arms, "What is trained on, between commas.", Arms);
        settings.Add("--augmentation", given => given.Augmentation,
            "The classic augmentation: Drawings (affine), Photographs (crops, mirror images, RandAugment, MixUp, "
                + "CutMix) or None.");
        settings.AddPlain(s_trainer);
        settings.AddPlain(s_trainerSet);
        settings.AddPlain(s_steps);
        settings.AddPath("--model", given => given.Model,
            "A Hugging Face folder of a Stable-Diffusion-like model. Without it: the embedded model.");
        settings.AddPath("--clip", given => given.Clip,
            "A Hugging Face folder of a CLIP model, for --trainer cliplora, --method seedselect and --select. Without "
                + "it: the embedded one.");
        settings.AddText("--class-names", given => given.ClassNames,
            "A file with words for classes whose names are codes: csv with the columns label,name, or "
                + "JSON {\"label\": \"name\"}.", ClassNameFile.Read);
        SelectionOptions.AddTo(settings, nameof(CompareSettings.Selection), nameof(CompareSettings.Model));
        settings.AddReading(given => given.Orientation, given => given.Ground);
        settings.Add("--batch", given => given.BatchSize, "Images made together.", least: 1);
        settings.AddDevice(given => given.Device);
        settings.Add("--precision", given => given.Precision, "Float32, Float16 or BFloat16.");
        settings.AddPath("--out", given => given.Out,
            "Folder for comparison.json, comparison.csv, settings.json, and all that is kept to go on.",
            inLibrary: "StoreFolder");
        settings.AddRule(SetTrainer);
        settings.AddRule(SetMethods);
        settings.Run((given, cancellationToken) => CommandErrors.RunStoppable(command.Name, given.Out,
            () => new CompareRun(
                given, sentence => Console.WriteLine(OptionWords.In(command, sentence)), Console.Out)
                .Run(cancellationToken), cancellationToken));
        return command;
    }

    private static void SetTrainer(ParseResult arguments, JsonObject settings)
    {
        var word = (string?)settings[nameof(CompareSettings.Trainer)];
        var trainer = CompareTrainer.Find(arguments.GetValue(s_trainer) ?? word ?? CompareTrainer.Words.First());
        var values = trainer.Word == word && settings[nameof(CompareSettings.TrainerSettings)] is JsonObject ofFile
            ? ofFile.DeepClone().AsObject()
            : trainer.Defaults();
        if (arguments.GetValue(s_steps) is { } steps)
            values[Steps] = steps >= 1 ? steps : throw new ArgumentException(
                $"{s_steps.Name} must be at least 1, not {steps}.");
        foreach (var assignment in arguments.GetValue(s_trainerSet) ?? [])
            trainer.Assign(values, assignment);
        settings[nameof(CompareSettings.Trainer)] = trainer.Word;
        settings[nameof(CompareSettings.TrainerSettings)] = values;
    }

    private static void SetMethods(ParseResult arguments, JsonObject settings)
    {
        var model = (string?)settings[nameof(CompareSettings.Model)];
        var ofFile = (settings[nameof(CompareSettings.Methods)] as JsonObject)?
            .ToDictionary(method => method.Key, method => method.Value!.AsObject());
        settings[nameof(CompareSettings.Methods)] = CommandSettings<CompareSettings>.ToJson(CompareMethods.Read(
            arguments.GetValue(s_methods) ?? (ofFile is null ? MethodSettings.DefaultWord(model) : null),
            arguments.GetValue(s_set) ?? [], ofFile, model));
    }

    private static IReadOnlyList<int> Numbers(string option, string text) => [.. Parts(text).Select(part =>
        int.TryParse(part, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new ArgumentException(
                $"{option} takes whole numbers between commas, such as 1,2,4; '{part}' is none."))];

    private static IReadOnlyList<ArmKind> Arms(string text) => [.. Parts(text).Select(word =>
        Enum.TryParse<ArmKind>(word, ignoreCase: true, out var kind) && Enum.IsDefined(kind)
            ? kind
            : throw new ArgumentException(
                $"--arms: there is no arm '{word}', but {string.Join(", ", Enum.GetNames<ArmKind>())}."))];

    private static string[] Parts(string text) =>
        text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
