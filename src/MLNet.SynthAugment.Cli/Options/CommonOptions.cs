using System.Linq.Expressions;

namespace MLNet.SynthAugment.Cli.Options;

/// <summary>Options that several commands have.</summary>
internal static class CommonOptions
{
    /// <summary>What transparent images are composed on unless something else is said: white.</summary>
    public static string DefaultGround { get; } = ImageReading.Default.GroundName;

    /// <summary>The option for the encoding of names in zips that do not state it.</summary>
    public static Option<string?> ZipEncoding() =>
        new("--zip-encoding") { Description = ZipEncodingDescription };

    private const string ZipEncodingDescription =
        "The code page of names in a zip that does not state it, such as shift_jis, gbk, 850 or 1252. Without it: the "
        + "one in which they read best.";

    /// <summary>Adds the encoding of names in zips that do not state it.</summary>
    public static void AddZipEncoding<T>(this CommandSettings<T> settings, Expression<Func<T, string?>> setting)
        where T : class => settings.Add("--zip-encoding", setting, ZipEncodingDescription);

    /// <summary>Adds the device.</summary>
    public static void AddDevice<T>(this CommandSettings<T> settings, Expression<Func<T, string>> setting)
        where T : class => settings.Add("--device", setting, "auto, cpu, cuda or cuda:N.");

    /// <summary>Adds how images are turned, and what transparent ones are composed on.</summary>
    public static void AddReading<T>(
        this CommandSettings<T> settings, Expression<Func<T, ImageOrientation>> orientation,
        Expression<Func<T, string>> ground)
        where T : class
    {
        settings.Add("--orientation", orientation,
            "AsStored: images lie as ML.NET's LoadImages reads them; Upright: they are turned as their EXIF "
                + "orientation says.", inLibrary: "ImageOrientation");
        settings.Add("--ground", ground,
            "What transparent images are composed on: a name such as black, or #RRGGBB.", inLibrary: "ImageGround");
        var name = ((MemberExpression)ground.Body).Member.Name;
        settings.AddRule((_, json) =>
            json[name] = ImageReading.NameOf(ImageReading.ParseGround((string)json[name]!)));
    }

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
    public static string LocateTraining(string given, string? split, string? zipEncoding)
    {
        var location = ImageSetLocation.Parse(given) with { ZipEncoding = zipEncoding };
        location = location with { Path = Path.GetFullPath(location.Path), Split = split ?? location.Split };
        var layout = ImageSetReader.LayoutOf(location);
        if (layout.ClassFolder is not null)
            return (layout.Split is { } named ? location with { Split = named.Path } : location).ToString();
        // What is learnt or chosen must not come from test images.
        var train = layout.Find(SplitRole.Train) ?? throw new InvalidDataException(
            $"{location.Path} is divided into {string.Join(", ", layout.Splits.Select(found => found.Path))}, of which "
                + "none is for training: say which one to read, for example "
                + $"{location.Path}:{layout.Splits[0].Path}.");
        return (location with { Split = train.Path }).ToString();
    }

    /// <summary>A set as it is named, with its full path.</summary>
    public static string Locate(string given)
    {
        var location = ImageSetLocation.Parse(given);
        return (location with { Path = Path.GetFullPath(location.Path) }).ToString();
    }
}
