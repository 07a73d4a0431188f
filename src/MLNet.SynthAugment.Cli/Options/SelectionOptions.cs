using MLNet.SynthAugment.Selection;

namespace MLNet.SynthAugment.Cli.Options;

/// <summary>The options that say which images are accepted.</summary>
internal static class SelectionOptions
{
    /// <summary>What images must pass.</summary>
    private enum Filters
    {
        /// <summary>Every image is accepted.</summary>
        None,

        /// <summary>A CLIP model must take it for its class.</summary>
        Class,

        /// <summary>It must be no near copy of a shot or of another image.</summary>
        Copies,

        /// <summary>Both.</summary>
        Both,
    }

    private static readonly Option<Filters?> s_select = new("--select")
    {
        Description = "Which images are accepted: None (all of them), Class (CLIP takes them for their class), "
            + "Copies (no near copies of shots or of each other), Both. Without it: None.",
    };

    private static readonly Option<ClassReference?> s_reference = new("--reference")
    {
        Description = "What --select Class compares with: Text (class names) or Shots. Without it: Shots on the "
            + "embedded model, whose text encoder knows few names, else Text.",
    };

    private static readonly Option<double?> s_minimumProbability = new("--minimum-probability")
    {
        Description = "Least probability of the right class, 0 to 1. Without it: no other class may be more "
            + "probable."
    };
    private static readonly Option<double?> s_maximumSimilarity = new("--maximum-similarity")
    { Description = "Cosine similarity of CLIP features up to which an image is no near copy, -1 to 1." };
    private static readonly Option<int?> s_maxTries = new("--max-tries")
    { Description = $"Most candidates for each image wanted ({new ImageSelection().MaxTries})." };

    /// <summary>Adds the options to a command.</summary>
    /// <param name="settings">The command's settings.</param>
    /// <param name="selection">The setting for an <see cref="ImageSelection"/>.</param>
    /// <param name="model">The setting for the diffusion model's folder; null in it is the embedded model.</param>
    public static void AddTo<T>(CommandSettings<T> settings, string selection, string model)
        where T : class
    {
        foreach (var option in (Option[])[s_select, s_reference, s_minimumProbability, s_maximumSimilarity, s_maxTries])
            settings.AddPlain(option);
        settings.AddRule((arguments, json) => json[selection] = CommandSettings<T>.ToJson(Read(
            arguments, json[selection].Deserialize<ImageSelection>(SettingsFile.Format), json[model] is null)));
    }

    // The options, over the selection of a settings file.
    private static ImageSelection? Read(ParseResult arguments, ImageSelection? file, bool isEmbedded)
    {
        var selection = arguments.GetValue(s_select) is { } filters ? Create(filters, file, isEmbedded) : file;
        if (arguments.GetValue(s_reference) is { } reference)
        {
            selection = Require(selection, selection?.Clip, s_reference, "Class") with
            { Clip = selection!.Clip! with { Reference = reference } };
        }
        if (arguments.GetValue(s_minimumProbability) is { } probability)
        {
            selection = Require(selection, selection?.Clip, s_minimumProbability, "Class") with
            { Clip = selection!.Clip! with { MinimumProbability = probability } };
        }
        if (arguments.GetValue(s_maximumSimilarity) is { } similarity)
        {
            selection = Require(selection, selection?.NearCopies, s_maximumSimilarity, "Copies") with
            { NearCopies = selection!.NearCopies! with { MaximumSimilarity = similarity } };
        }
        return arguments.GetValue(s_maxTries) is { } tries
            ? Require(selection, selection, s_maxTries, "Class, Copies") with { MaxTries = tries } : selection;
    }

    private static ImageSelection? Create(Filters filters, ImageSelection? file, bool isEmbedded) =>
        filters == Filters.None ? null : (file ?? new ImageSelection()) with
        {
            Clip = filters == Filters.Copies ? null : file?.Clip ?? new ClipFilter
            { Reference = isEmbedded ? ClassReference.Shots : ClassReference.Text },
            NearCopies = filters == Filters.Class ? null : file?.NearCopies ?? new NearCopyFilter(),
        };

    private static ImageSelection Require(ImageSelection? selection, object? filter, Option option, string filters) =>
        filter is null ? throw new ArgumentException($"{option.Name} needs --select {filters} or Both.") : selection!;
}
