using System.Reflection;
using MLNet.SynthAugment.Trainers;

namespace MLNet.SynthAugment.Evaluation.Comparisons.Trainers;

/// <summary>
/// Which options of a trainer are its settings in a comparison, and which are the comparison's own business.
/// </summary>
public static class TrainerSettings
{
    private static readonly HashSet<string> s_others =
    [
        nameof(ImageTrainerOptions.LabelColumnName), nameof(ImageTrainerOptions.ImageColumnName),
            nameof(ImageTrainerOptions.ExampleWeightColumnName),
        nameof(ImageTrainerOptions.IsSyntheticColumnName), nameof(ImageTrainerOptions.SoftLabelColumnName),
            nameof(ImageTrainerOptions.ImageFolder),
        nameof(ImageTrainerOptions.ImageOrientation), nameof(ImageTrainerOptions.ImageGround),
        nameof(ImageTrainerOptions.Augmentation), nameof(ImageTrainerOptions.Epochs),
            nameof(ImageTrainerOptions.ValidationInterval), nameof(ImageTrainerOptions.Patience),
        nameof(ImageTrainerOptions.Seed), nameof(ImageTrainerOptions.Device), nameof(ImageTrainerOptions.Progress),
            nameof(ImageTrainerOptions.CancellationToken),
        nameof(ClipLoraTrainer.Options.Model), nameof(ClipLoraTrainer.Options.ClassNames),
    ];

    /// <summary>Whether an option of the trainers may be set for a comparison.</summary>
    /// <param name="name">The property's name.</param>
    public static bool IsSetting(string name) => !s_others.Contains(name);

    /// <summary>
    /// The settings of a trainer by name. Of a CLIP model the hash of its weights and the words for classes are among
    /// them.
    /// </summary>
    internal static JsonObject Of(ImageTrainerOptions options)
    {
        var settings = OfProperties(options);
        if (options is not ClipLoraTrainer.Options clip)
            return settings;
        settings[nameof(clip.Model)] = (clip.Model ?? ImageTextModel.Embedded).ContentHash();
        settings[nameof(clip.ClassNames)] = JsonSerializer.SerializeToNode(clip.ClassNames);
        return settings;
    }

    /// <summary>The settings of options by name.</summary>
    internal static JsonObject OfProperties(object options) =>
        new(options.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(property => property.CanWrite && IsSetting(property.Name))
            .OrderBy(property => property.Name, StringComparer.Ordinal)
        .Select(property => KeyValuePair.Create(
            property.Name, JsonSerializer.SerializeToNode(
            property.GetValue(options), property.PropertyType, ComparisonJson.Format))));
}
