using MLNet.SynthAugment.Cli.Options;
using MLNet.SynthAugment.Cli.Shots;

namespace MLNet.SynthAugment.Cli.Generate;

/// <summary>The options that say what is learnt from.</summary>
internal static class ShotOptions
{
    /// <summary>Adds the options to a command.</summary>
    public static void AddTo(CommandSettings<GenerateSettings> settings)
    {
        var split = new Option<string?>("--split")
        {
            Description = "The split to read, as after the colon of --images: its name, or a folder's path in the set; "
                + "'.' takes all folders for classes. Without it: the training split, where the set is divided.",
        };
        settings.Add("--images", given => given.Images,
            "A folder or zip laid out as <class>/* or <split>/<class>/*; PATH:split names the split.");
        settings.AddPlain(split);
        settings.AddZipEncoding(given => given.ZipEncoding);
        settings.Add("--shots", given => given.Shots,
            "Real images of each class to learn from, the first by index.csv, else by name. Without it: all.",
            least: 1);
        settings.AddText("--class-names", given => given.ClassNames,
            "A file with words for classes whose names are codes: csv with the columns label,name, or "
                + "JSON {\"label\": \"name\"}.", ClassNameFile.Read);
        settings.AddText("--captions", given => given.Captions,
            "What the images show: a csv with the columns path,caption, or a folder with <class>/<image>.txt. Methods "
                + "that take prompts from captions use them.", FindCaptions, inLibrary: "CaptionColumnName");
        var masks = settings.Add("--masks", given => given.Masks,
            "A folder or zip of masks, white where the object is, with the images' paths: <class>/<image>.png. For "
                + "--set Masks=KeepObject or KeepBackground.", inLibrary: "MaskColumnName");
        settings.AddRule((arguments, json) =>
        {
            var zipEncoding = (string?)json[nameof(GenerateSettings.ZipEncoding)];
            var images = CommonOptions.LocateTraining(
                (string)json[nameof(GenerateSettings.Images)]!, arguments.GetValue(split), zipEncoding);
            json[nameof(GenerateSettings.Images)] = images;
            if (arguments.GetValue(masks) is { } given)
                json[nameof(GenerateSettings.Masks)] = LocateMasks(given, images, zipEncoding);
        });
    }

    private static string FindCaptions(string path) => File.Exists(path) || Directory.Exists(path)
        ? Path.GetFullPath(path)
        : throw new FileNotFoundException($"There is no file or folder of captions '{path}'.");

    // With the split of the images, where the masks are divided like them.
    private static string LocateMasks(string given, string images, string? zipEncoding)
    {
        var location = ImageSetLocation.Parse(given) with { ZipEncoding = zipEncoding };
        location = location with { Path = Path.GetFullPath(location.Path) };
        return (location with { Split = location.Split ?? SplitOf(location, ImageSetLocation.Parse(images).Split) })
            .ToString();
    }

    private static string? SplitOf(ImageSetLocation masks, string? split) =>
        split is not null && ImageSetReader.LayoutOf(masks) is { ClassFolder: null } layout
            ? layout.Splits.FirstOrDefault(found => found.Name == split[(split.LastIndexOf('/') + 1)..])?.Path
            : null;
}
