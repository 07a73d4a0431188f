namespace MLNet.SynthAugment.Trainers.ClipModels;

/// <summary>What a saved CLIP classifier is made of.</summary>
/// <param name="Folder">The folder of the CLIP model; null for the embedded one.</param>
/// <param name="Sha256">Its content hash.</param>
/// <param name="Prompts">The texts of the classes.</param>
/// <param name="Lora">The shape of the adapter beside; null for none.</param>
internal sealed record SavedClip(string? Folder, string Sha256, ClipPrompts Prompts, ClipLoraShape? Lora);
