namespace MLNet.SynthAugment.Diffusion.ImageSets;

/// <summary>What a folder or zip holds.</summary>
/// <param name="Files">The files that can be opened; hidden ones are not among them.</param>
/// <param name="Folders">The paths of the folders, with slashes, also of empty ones.</param>
/// <param name="LeftOut">What cannot be opened, and why.</param>
/// <param name="Notes">Sentences on what was found beside.</param>
public sealed record SetFiles(IReadOnlyList<ImageFile> Files, IReadOnlyList<string> Folders,
    IReadOnlyList<LeftOutFile> LeftOut, IReadOnlyList<string> Notes);
