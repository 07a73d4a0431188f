using MLNet.SynthAugment.Diffusion;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Benchmarks;

/// <summary>What holds for all measurements.</summary>
/// <param name="Device">Where is computed.</param>
/// <param name="Precision">Number format.</param>
/// <param name="Batch">Images made together, or null for the shape's own number.</param>
/// <param name="Steps">Denoising steps of an image.</param>
/// <param name="Rounds">Repetitions of which the median counts.</param>
internal sealed record BenchmarkOptions(Device Device, Precision Precision, int? Batch, int Steps, int Rounds);
