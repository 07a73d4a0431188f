namespace MLNet.SynthAugment.Diffusion.ImageSets;

/// <summary>One image file of a set, not read yet.</summary>
/// <param name="ClassName">Its class: the folders between split and file, joined by a space.</param>
/// <param name="Name">Its path inside the set, for messages; never used to open or write a file.</param>
/// <param name="Length">Its size in bytes as the folder or zip directory states it.</param>
/// <param name="Open">Opens it. A stream of a zip entry must be closed before the next one is opened.</param>
public sealed record ImageEntry(string ClassName, string Name, long Length, Func<Stream> Open);
