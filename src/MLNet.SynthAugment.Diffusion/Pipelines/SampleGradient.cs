using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Pipelines;

/// <summary>What a differentiable sampling run gives; it owns its tensors.</summary>
/// <param name="Latents">The final latents [B, C, h, w], float32.</param>
/// <param name="Terms">The loss terms [n] in their order, without their weights, float32.</param>
/// <param name="Loss">The weighted sum of the terms, one element.</param>
/// <param name="Gradient">Gradient of the loss with respect to the noise [B, C, h, w].</param>
public sealed record SampleGradient(Tensor Latents, Tensor Terms, Tensor Loss, Tensor Gradient) : IDisposable
{
    /// <summary>Frees the tensors.</summary>
    public void Dispose()
    {
        Latents.Dispose();
        Terms.Dispose();
        Loss.Dispose();
        Gradient.Dispose();
    }
}
