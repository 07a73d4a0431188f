namespace MLNet.SynthAugment.Diffusion.Pipelines;

/// <summary>How far a batch has come.</summary>
/// <param name="Step">Denoising steps done.</param>
/// <param name="Steps">Denoising steps in all.</param>
public readonly record struct SamplingProgress(int Step, int Steps);
