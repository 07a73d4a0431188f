using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Pipelines;

/// <summary>What a denoising step has brought. The tensors are valid during the callback only; they are not copied to the host.</summary>
/// <param name="Step">Denoising steps done, from 1.</param>
/// <param name="Steps">Denoising steps of this run in all.</param>
/// <param name="Timestep">The timestep that this step started from.</param>
/// <param name="Latents">The latents after it, float32 [B, C, h, w].</param>
/// <param name="PredictedOriginal">The clean latents x₀ that the model expects at the end, of the same shape.</param>
public sealed record SamplingStep(int Step, int Steps, double Timestep, Tensor Latents, Tensor PredictedOriginal);
