using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Pipelines;

/// <summary>What the text encoders make of B prompts.</summary>
/// <param name="Embeds">What the UNet attends to, [B, L, D].</param>
/// <param name="Pooled">SDXL: the second text encoder's projected pooled state, [B, P]; else null.</param>
public sealed record PromptEmbeddings(Tensor Embeds, Tensor? Pooled);
