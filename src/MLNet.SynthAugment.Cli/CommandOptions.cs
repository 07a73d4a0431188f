using System.CommandLine;
using System.CommandLine.Parsing;
using MLNet.SynthAugment.Diffusion.ImageSets;

namespace MLNet.SynthAugment.Cli;

/// <summary>What options of several commands have in common.</summary>
internal static class CommandOptions
{
    private const string TrainSplit = "train";

    /// <summary>A whole number with a least value.</summary>
    public static Option<int?> AtLeast(int least, string name, string description)
    {
        var option = new Option<int?>(name) { Description = description };
        option.Validators.Add((OptionResult result) =>
        {
            if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out var value) && value < least)
                result.AddError($"{name} must be at least {least}, not {value}.");
        });
        return option;
    }

    /// <summary>The set of real images that an option names: of a set with splits the training images, unless it names another split.</summary>
    /// <param name="given">PATH or PATH:split.</param>
    /// <param name="split">The split; null for that of <paramref name="given"/>.</param>
    /// <returns>The set, with its full path.</returns>
    /// <exception cref="FileNotFoundException">There is neither a folder nor a file of that path.</exception>
    public static ImageSetLocation LocateImages(string given, string? split = null)
    {
        var location = ImageSetLocation.Parse(given);
        if (split is not null)
            location = location with { Split = split };
        // What is learnt or chosen must not come from test images.
        else if (location.Split is null && ImageSetReader.TopFolders(location.Path).Contains(TrainSplit))
            location = location with { Split = TrainSplit };
        return location with { Path = Path.GetFullPath(location.Path) };
    }
}
