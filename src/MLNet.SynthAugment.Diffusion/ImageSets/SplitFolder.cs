namespace MLNet.SynthAugment.Diffusion.ImageSets;

/// <summary>A split of a set.</summary>
/// <param name="Path">The folder's path inside the set.</param>
/// <param name="Role">What it is for, by its name.</param>
/// <param name="ClassFolder">The folder in which its class folders lie: itself, or one that it wraps.</param>
public sealed record SplitFolder(string Path, SplitRole Role, string ClassFolder)
{
    /// <summary>The folder's name.</summary>
    public string Name => Path[(Path.LastIndexOf('/') + 1)..];
}
