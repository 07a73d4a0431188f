using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Pipelines;

/// <summary>What a differentiable sampling run gives; it owns its tensors.</summary>
/// <param name="Latents">The final latents [B, C, h, w], float32.</param>
/// <param name="Terms">The loss terms [n, B] in their order, without their weights, float32.</param>
/// <param name="Loss">Each image's weighted sum of the terms, [B].</param>
/// <param name="Gradient">Gradient of each image's loss with respect to its noise [B, C, h, w].</param>
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
