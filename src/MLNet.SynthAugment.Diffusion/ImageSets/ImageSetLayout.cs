namespace MLNet.SynthAugment.Diffusion.ImageSets;

/// <summary>Which folders of a set are taken for splits, and where the class folders lie.</summary>
/// <param name="Splits">The splits; empty if the set is not divided, or if only a folder of it is read.</param>
/// <param name="Split">The split that is read; null if the set is not divided, or if none is named.</param>
/// <param name="ClassFolder">The folder in which the class folders lie; empty for the set itself, null where a split
/// must be named.</param>
public sealed record ImageSetLayout(IReadOnlyList<SplitFolder> Splits, SplitFolder? Split, string? ClassFolder)
{
    /// <summary>The only split with a role.</summary>
    /// <param name="role">The role.</param>
    /// <returns>Null if there is none.</returns>
    /// <exception cref="InvalidDataException">There are several.</exception>
    public SplitFolder? Find(SplitRole role)
    {
        var found = Splits.Where(split => split.Role == role).ToList();
        return found.Count <= 1 ? found.FirstOrDefault() : throw new InvalidDataException(
            $"Several folders are named like a split '{role}': "
                + $"{string.Join(", ", found.Select(split => $"'{split.Path}'"))}. Name one of them (--split, or "
                + $"PATH:split).");
    }
}
