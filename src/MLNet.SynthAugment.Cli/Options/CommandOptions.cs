using System.CommandLine;
using System.CommandLine.Parsing;
using MLNet.SynthAugment.Diffusion.ImageSets;

namespace MLNet.SynthAugment.Cli.Options;

/// <summary>What options of several commands have in common.</summary>
internal static class CommandOptions
{
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

    /// <summary>The encoding of names in zips that do not state it.</summary>
    public static Option<string?> ZipEncoding() => new("--zip-encoding")
    {
        Description = "The code page of names in a zip that does not state it, such as shift_jis, gbk, 850 or 1252. "
            + "Without it: the one in which they read best.",
    };

    /// <summary>
    /// The set of real images that an option names: of a set with splits the training images, unless it names another
    /// split.
    /// </summary>
    /// <param name="given">PATH or PATH:split.</param>
    /// <param name="split">The split; null for that of <paramref name="given"/>.</param>
    /// <param name="zipEncoding">The encoding of names in a zip; null to find it out.</param>
    /// <returns>The set, with its full path and the split's path in it.</returns>
    /// <exception cref="FileNotFoundException">There is neither a folder nor a file of that path.</exception>
    /// <exception cref="InvalidDataException">There is no such split, or none for training, or the folders can be read
    /// in two ways.</exception>
    public static ImageSetLocation LocateImages(string given, string? split = null, string? zipEncoding = null)
    {
        var location = ImageSetLocation.Parse(given) with { ZipEncoding = zipEncoding };
        location = location with { Path = Path.GetFullPath(location.Path), Split = split ?? location.Split };
        var layout = ImageSetReader.LayoutOf(location);
        // What is learnt or chosen must not come from test images.
        if (layout.ClassFolder is null)
        {
            var train = layout.Find(SplitRole.Train) ?? throw new InvalidDataException(
                $"{location.Path} is divided into {string.Join(", ", layout.Splits.Select(found => found.Path))}, of "
                    + $"which none is for training: say which one to read, "
                + $"for example {location.Path}:{layout.Splits[0].Path}.");
            return location with { Split = train.Path };
        }
        return layout.Split is { } named ? location with { Split = named.Path } : location;
    }
}
