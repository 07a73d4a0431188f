namespace MLNet.SynthAugment.Diffusion.ImageSets;

/// <summary>A file of a folder or zip.</summary>
/// <param name="Path">Its path inside, with slashes.</param>
/// <param name="Length">Its size in bytes as the folder or zip states it.</param>
/// <param name="PackedLength">The bytes it takes.</param>
/// <param name="Open">Opens it.</param>
internal sealed record ImageFile(string Path, long Length, long PackedLength, Func<Stream> Open);
