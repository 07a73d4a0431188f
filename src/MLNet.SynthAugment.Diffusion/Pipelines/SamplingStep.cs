using MLNet.SynthAugment.Diffusion.Images;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Pipelines;

/// <summary>
/// What a denoising step has brought. The tensors are valid during the callback only; they are not copied to the host.
/// </summary>
/// <param name="Step">Denoising steps done, from 1.</param>
/// <param name="Steps">Denoising steps of this run in all.</param>
/// <param name="Timestep">The timestep that this step started from.</param>
/// <param name="Latents">The latents after it, float32 [B, C, h, w].</param>
/// <param name="PredictedOriginal">The clean latents x₀ that the model expects at the end, of the same shape.</param>
public sealed record SamplingStep(int Step, int Steps, double Timestep, Tensor Latents, Tensor PredictedOriginal)
{
    /// <summary>Turns latents into images −1 to 1; null where the run has no preview.</summary>
    internal Func<Tensor, Tensor>? PreviewDecoder { get; init; }

    /// <summary>
    /// What the images look like so far: <see cref="PredictedOriginal"/> through the pipeline's preview decoder.
    /// </summary>
    /// <returns>B images, which the caller owns.</returns>
    /// <exception cref="InvalidOperationException">The step does not come from a pipeline, or the model
    /// overflowed.</exception>
    public IReadOnlyList<Image<Rgb24>> Preview()
    {
        if (PreviewDecoder is null)
            throw new InvalidOperationException(
                "This run has no preview: previews come with the steps of a pipeline, not of a bare LatentSampler.");
        using var gradientMode = no_grad();
        using var scope = NewDisposeScope();
        return ImageTensors.ToImages(PreviewDecoder(PredictedOriginal));
    }
}
