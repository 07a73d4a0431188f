using System.CommandLine;
using MLNet.SynthAugment.Cli.Options;
using MLNet.SynthAugment.Diffusion.ImageSets;

namespace MLNet.SynthAugment.Cli.Generate;

/// <summary>The options that say what is learnt from.</summary>
internal static class ShotOptions
{
    private static readonly Option<string?> s_images = new("--images")
    { Description = "A folder or zip laid out as <class>/* or <split>/<class>/*; PATH:split names the split." };
    private static readonly Option<string?> s_split = new("--split")
    {
        Description = "The split to read, as after the colon of --images: its name, or a folder's path in the set; '.' "
            + "takes all folders for classes. Without it: the training split, where the set is divided.",
    };

    private static readonly Option<string?> s_zipEncoding = CommandOptions.ZipEncoding();
    private static readonly Option<int?> s_shots =
        CommandOptions.AtLeast(1, "--shots",
        "Real images of each class to learn from, the first by index.csv, else by name. Without it: all.");
    private static readonly Option<string?> s_classNames = new("--class-names")
    {
        Description = "A file with words for classes whose names are codes: csv with the columns label,name, or "
            + "JSON {\"label\": \"name\"}."
    };
    private static readonly Option<string?> s_captions = new("--captions")
    {
        Description = "What the images show: a csv with the columns path,caption, or a folder with "
            + "<class>/<image>.txt. Methods that take prompts from captions use them."
    };
    private static readonly Option<string?> s_masks = new("--masks")
    {
        Description = "A folder or zip of masks, white where the object is, with the images' paths: "
            + "<class>/<image>.png. For --set Masks=KeepObject or KeepBackground."
    };

    /// <summary>Adds the options to a command.</summary>
    public static void AddTo(Command command)
    {
        foreach (var option in (Option[])[s_images, s_split, s_zipEncoding, s_shots, s_classNames, s_captions, s_masks])
            command.Add(option);
    }

    /// <summary>The images, with their split.</summary>
    /// <returns>Null if none were given.</returns>
    public static string? Images(ParseResult arguments, GenerateSettings? file) =>
        (arguments.GetValue(s_images) ?? file?.Images) is { } given
            ? CommandOptions.LocateImages(given, arguments.GetValue(s_split), ZipEncoding(arguments, file)).ToString()
            : null;

    /// <summary>The encoding of names in a zip; null to find it out.</summary>
    public static string? ZipEncoding(ParseResult arguments, GenerateSettings? file) =>
        arguments.GetValue(s_zipEncoding) ?? file?.ZipEncoding;

    /// <summary>How many images of each class; null for all.</summary>
    public static int? Shots(ParseResult arguments, GenerateSettings? file) =>
        arguments.GetValue(s_shots) ?? file?.Shots;

    /// <summary>The words for classes.</summary>
    public static IReadOnlyDictionary<string, string>? ClassNames(ParseResult arguments, GenerateSettings? file) =>
        arguments.GetValue(s_classNames) is { } path ? ClassNameFile.Read(path) : file?.ClassNames;

    /// <summary>The file or folder of captions.</summary>
    /// <exception cref="FileNotFoundException">It is not there.</exception>
    public static string? Captions(ParseResult arguments, GenerateSettings? file)
    {
        if (arguments.GetValue(s_captions) is not { } path)
            return file?.Captions;
        return File.Exists(path) || Directory.Exists(path)
            ? Path.GetFullPath(path)
                : throw new FileNotFoundException($"There is no file or folder of captions '{path}'.");
    }

    /// <summary>The folder or zip of masks, with the split of the images where it is divided like them.</summary>
    public static string? Masks(ParseResult arguments, GenerateSettings? file, string images)
    {
        if (arguments.GetValue(s_masks) is not { } given)
            return file?.Masks;
        var location = ImageSetLocation.Parse(given) with { ZipEncoding = ZipEncoding(arguments, file) };
        location = location with { Path = Path.GetFullPath(location.Path) };
        return (location with { Split = location.Split ?? SplitOf(location, ImageSetLocation.Parse(images).Split) })
            .ToString();
    }

    private static string? SplitOf(ImageSetLocation masks, string? split) =>
        split is not null && ImageSetReader.LayoutOf(masks) is { ClassFolder: null } layout
            ? layout.Splits.FirstOrDefault(found => found.Name == split[(split.LastIndexOf('/') + 1)..])?.Path : null;
}
