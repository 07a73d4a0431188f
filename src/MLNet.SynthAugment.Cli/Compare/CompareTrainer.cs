using MLNet.SynthAugment.Cli.Options;
using MLNet.SynthAugment.Evaluation.Comparisons.Trainers;
using MLNet.SynthAugment.Trainers;
using TrainerOptionNames = MLNet.SynthAugment.Evaluation.Comparisons.Trainers.TrainerSettings;

namespace MLNet.SynthAugment.Cli.Compare;

/// <summary>A trainer by its word, with its settings as JSON.</summary>
internal sealed class CompareTrainer
{
    private const string Option = "--trainer-set";

    private static readonly CompareTrainer[] s_all =
    [
        new("smallconvnet", new SmallConvNetTrainer.Options { Steps = ImageComparisonTrainer.DefaultSteps },
            (options, _, _, device) =>
                ImageComparisonTrainer.SmallConvNet(On((SmallConvNetTrainer.Options)options, device))),
        new("cliplora", new ClipLoraTrainer.Options
            { Steps = ImageComparisonTrainer.DefaultSteps }, (options, clip, names, device) =>
        {
            var clipLora = On((ClipLoraTrainer.Options)options, device);
            (clipLora.Model, clipLora.ClassNames) = (clip, names);
            return ImageComparisonTrainer.ClipLora(clipLora);
        }),
        new("sdca", new SdcaComparisonTrainer.Options(),
            (options, _, _, _) => new SdcaComparisonTrainer((SdcaComparisonTrainer.Options)options)),
    ];

    private readonly object _defaults;
    private readonly Creation _create;

    private CompareTrainer(string word, object defaults, Creation create) =>
        (Word, _defaults, _create) = (word, defaults, create);

    private delegate IComparisonTrainer Creation(
        object options, ImageTextModel? clip, IReadOnlyDictionary<string, string>? classNames, string device);

    /// <summary>Optimiser steps of a training, unless something else is said.</summary>
    public static int DefaultSteps => ImageComparisonTrainer.DefaultSteps;

    /// <summary>The words of all trainers.</summary>
    public static IEnumerable<string> Words => s_all.Select(trainer => trainer.Word);

    /// <summary>The trainer's name on the command line.</summary>
    public string Word { get; }

    private IEnumerable<MethodSetting> Settings =>
        MethodSetting.Of(_defaults.GetType()).Where(setting => TrainerOptionNames.IsSetting(setting.Name));

    /// <summary>The trainer of a word.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static CompareTrainer Find(string word) =>
        s_all.FirstOrDefault(trainer => trainer.Word.Equals(word, StringComparison.OrdinalIgnoreCase))
        ?? throw new ArgumentException($"There is no trainer '{word}'. Trainers: {string.Join(", ", Words)}.");

    /// <summary>All settings with the trainer's own values.</summary>
    public JsonObject Defaults() => new(Settings.Select(setting =>
        KeyValuePair.Create(setting.Name,
            JsonSerializer.SerializeToNode(
                _defaults.GetType().GetProperty(setting.Name)!.GetValue(_defaults), SettingsFile.Format))));

    /// <summary>Sets one setting from <c>Name=Value</c>; case plays no part in the name.</summary>
    /// <exception cref="ArgumentException">There is no such setting, or the value is none of its type.</exception>
    public void Assign(JsonObject settings, string assignment)
    {
        var (name, text) = assignment.Split('=', 2) is [var left, var right]
            ? (left.Trim(), right) : throw new ArgumentException($"{Option} takes Name=Value, not '{assignment}'.");
        var setting = Settings.FirstOrDefault(setting => setting.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            ?? throw Unknown(name);
        settings[setting.Name] = setting.Parse(text, Option);
    }

    /// <summary>The trainer with settings.</summary>
    /// <exception cref="ArgumentException">A name or value is none of the trainer's.</exception>
    public IComparisonTrainer Create(
        JsonObject settings, ImageTextModel? clip, IReadOnlyDictionary<string, string>? classNames, string device)
    {
        var options = Activator.CreateInstance(_defaults.GetType())!;
        foreach (var (name, value) in settings)
        {
            var setting = Settings.FirstOrDefault(setting => setting.Name == name) ?? throw Unknown(name);
            setting.Check(value);
            var property = options.GetType().GetProperty(name)!;
            property.SetValue(options, value.Deserialize(property.PropertyType, SettingsFile.Format));
        }
        return _create(options, clip, classNames, device);
    }

    private static T On<T>(T options, string device)
        where T : ImageTrainerOptions
    {
        options.Device = device;
        return options;
    }

    private ArgumentException Unknown(string name) =>
        new($"The trainer {Word} has no setting '{name}'. Settings: "
            + $"{string.Join(", ", Settings.Select(setting => $"{setting.Name} ({setting.TypeName})"))}.");
}
