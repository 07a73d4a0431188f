using MLNet.SynthAugment.Diffusion.Images;

namespace MLNet.SynthAugment.Diffusion.ImageSets;

/// <summary>
/// Finds labelled images that cannot teach what they should: equal ones, those of one colour, one picture in two
/// classes, and classes that look like one. None of it is an error, as the images are what they are, but nobody
/// should find out by the accuracy.
/// </summary>
internal static class TeachingFaults
{
    private const int NamesShown = 5;

    /// <summary>What is wrong with the images, a sentence for each fault, class by class.</summary>
    public static IEnumerable<string> OfImages(IReadOnlyCollection<LabelledPixels> images) =>
        [.. images.GroupBy(image => image.Class).SelectMany(OfClass), .. OfPicturesInSeveralClasses(images)];

    /// <summary>Classes whose names cannot be told apart, or hardly, a sentence for each such group.</summary>
    /// <param name="classes">The labels of the classes, and the names that prompts and people know them by.</param>
    public static IEnumerable<string> OfNames(IEnumerable<(string Label, string Name)> classes)
    {
        foreach (var alike in classes.GroupBy(found => Folded(found.Name)).Where(group => group.Count() > 1))
        {
            var labels = And(alike.Select(found => $"'{found.Label}'"));
            yield return alike.Select(found => found.Name).Distinct().Count() == 1
                ? $"Classes {labels} have the same name, '{alike.First().Name}': no prompt can tell them apart."
                : $"Classes {labels} have names that differ only in letter case, spaces or Unicode form: "
                    + $"{And(alike.Select(found => Spelled(found.Name)))}. If they are one class, give them one label.";
        }
    }

    private static IEnumerable<string> OfClass(IGrouping<string, LabelledPixels> images)
    {
        foreach (var copies in images.GroupBy(image => image.Hash).Where(group => group.Count() > 1))
        {
            yield return $"{copies.Count()} of the {images.Count()} images of class '{images.Key}' are identical "
                + $"and teach no more than one: {Some(copies.Select(image => image.Name))}.";
        }
        var blank = images.Where(image => image.IsOneColour).Select(image => image.Name).ToList();
        if (blank.Count > 0)
        {
            var (are, show) = blank.Count == 1 ? ("is", "shows") : ("are", "show");
            yield return $"{blank.Count} of the {images.Count()} images of class '{images.Key}' {are} of one colour "
                + $"and {show} nothing: {Some(blank)}.";
        }
    }

    private static IEnumerable<string> OfPicturesInSeveralClasses(IEnumerable<LabelledPixels> images) =>
        from picture in images.GroupBy(image => image.Hash)
        let inClasses = picture.DistinctBy(image => image.Class).ToList()
        where inClasses.Count > 1
        select $"The same picture is in {inClasses.Count} classes, of which at most one can be right: "
            + $"{Some(inClasses.Select(image => $"'{image.Class}'"))}. "
            + $"It is {Some(picture.Select(image => image.Name))}.";

    // What a reader takes for the same: composed or not, capital or small, one space or two.
    private static string Folded(string name) =>
        string.Join(' ', CanonicalComposition.Normalize(name).ToUpperInvariant()
            .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    // Two Unicode forms of a name look the same; the code points beside it do not.
    private static string Spelled(string name) => CanonicalComposition.Normalize(name) == name
        ? $"'{name}'"
        : $"'{name}' ({string.Join(' ', name.EnumerateRunes().Select(rune => $"U+{rune.Value:X4}"))})";

    private static string And(IEnumerable<string> spelled)
    {
        var quoted = spelled.ToList();
        return $"{string.Join(", ", quoted.SkipLast(1))} and {quoted[^1]}";
    }

    private static string Some(IEnumerable<string> names)
    {
        var all = names.ToList();
        var shown = string.Join(", ", all.Take(NamesShown));
        return all.Count > NamesShown ? $"{shown} and {all.Count - NamesShown} more" : shown;
    }
}

/// <summary>What tells whether an image can teach its class anything.</summary>
/// <param name="Class">The class's label.</param>
/// <param name="Name">What messages call the image: a path, or its row.</param>
/// <param name="Hash">The hash of its size and pixels, by <see cref="PixelContent.Hash"/>.</param>
/// <param name="IsOneColour">Whether all pixels are equal.</param>
internal sealed record LabelledPixels(string Class, string Name, string Hash, bool IsOneColour)
{
    /// <summary>Looks at an image.</summary>
    public static LabelledPixels Of(string className, string name, Image<Rgb24> image) =>
        new(className, name, PixelContent.Hash(image), PixelContent.IsOneColour(image));
}
