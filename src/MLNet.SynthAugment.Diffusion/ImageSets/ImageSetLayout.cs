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

/// <summary>A split of a set.</summary>
/// <param name="Path">The folder's path inside the set.</param>
/// <param name="Role">What it is for, by its name.</param>
/// <param name="ClassFolder">The folder in which its class folders lie: itself, or one that it wraps.</param>
public sealed record SplitFolder(string Path, SplitRole Role, string ClassFolder)
{
    /// <summary>The folder's name.</summary>
    public string Name => Path[(Path.LastIndexOf('/') + 1)..];
}

/// <summary>What a split of an image set is for.</summary>
public enum SplitRole
{
    /// <summary>To learn from.</summary>
    Train,

    /// <summary>To choose by.</summary>
    Validation,

    /// <summary>To report on; nothing is learnt from it.</summary>
    Test,

    /// <summary>To train a model on beforehand.</summary>
    Pretrain,
}
