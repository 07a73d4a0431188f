namespace MLNet.SynthAugment.Diffusion.ImageSets;

/// <summary>The name of a zip entry as the zip has it.</summary>
/// <param name="Bytes">The name's bytes, in an encoding that nobody states unless <paramref name="IsUtf8"/>.</param>
/// <param name="IsUtf8">Whether the zip says that they are UTF-8.</param>
/// <param name="Unicode">The name of the Unicode path extra field (0x7075), if it is there and belongs to these
/// bytes.</param>
internal sealed record ZipName(byte[] Bytes, bool IsUtf8, string? Unicode);
