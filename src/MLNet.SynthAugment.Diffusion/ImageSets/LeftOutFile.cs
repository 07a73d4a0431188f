namespace MLNet.SynthAugment.Diffusion.ImageSets;

/// <summary>A file or folder of a set that none of its images come from.</summary>
/// <param name="ClassName">The class it would belong to; empty where it is of none.</param>
/// <param name="Name">Its path inside the set.</param>
/// <param name="Reason">Why it is left out, without a full stop.</param>
public sealed record LeftOutFile(string ClassName, string Name, string Reason)
{
    private const int NamesShown = 5;

    /// <summary>Sentences that count what is left out by class and reason, with the first names.</summary>
    /// <param name="files">What is left out.</param>
    public static IEnumerable<string> Describe(IEnumerable<LeftOutFile> files)
    {
        ArgumentNullException.ThrowIfNull(files);
        foreach (var group in files.GroupBy(file => (file.ClassName, file.Reason)))
        {
            var count = group.Count();
            var names = string.Join(", ", group.Take(NamesShown).Select(file => $"'{file.Name}'"))
                + (count > NamesShown ? ", …" : "");
            var where = group.Key.ClassName.Length > 0 ? $"Of class '{group.Key.ClassName}', " : "";
            yield return where + (count == 1 ? $"1 is left out ({names}): {group.Key.Reason}."
                : $"{count} are left out ({names}), each because {group.Key.Reason}.");
        }
    }
}
