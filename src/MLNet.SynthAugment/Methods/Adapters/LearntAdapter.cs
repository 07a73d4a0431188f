namespace MLNet.SynthAugment.Methods.Adapters;

/// <summary>A trained adapter in the store's state folder.</summary>
/// <param name="Name">Its name in the run.</param>
/// <param name="Path">The safetensors file.</param>
/// <param name="Hash">SHA-256 of the file, lower-case hexadecimal.</param>
internal sealed record LearntAdapter(string Name, string Path, string Hash);
