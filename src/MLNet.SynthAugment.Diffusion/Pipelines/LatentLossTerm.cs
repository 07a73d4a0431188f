using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Pipelines;

/// <summary>
/// One term of a loss over a sampling run. Each term's own graph (a decoder, an image encoder) is built and freed
/// before the next term's, so a loss that is a sum needs less memory as several terms than as one.
/// </summary>
/// <param name="Name">Name for reports.</param>
/// <param name="LastSteps">Number k of latents it looks at: those after each of the last k steps.</param>
/// <param name="Compute">From these latents [B, C, h, w], earliest first, to each image's value, [B]; an image's
/// depends on its own latents alone.</param>
/// <param name="Weight">Factor of the term in the whole loss.</param>
public sealed record LatentLossTerm(
    string Name, int LastSteps, Func<IReadOnlyList<Tensor>, Tensor> Compute, double Weight = 1)
{
    /// <summary>A term over the final latents alone.</summary>
    /// <param name="name">Name for reports.</param>
    /// <param name="compute">From the final latents [B, C, h, w] to each image's value, [B].</param>
    /// <param name="weight">Factor of the term in the whole loss.</param>
    public static LatentLossTerm OnFinalLatents(string name, Func<Tensor, Tensor> compute, double weight = 1) =>
        new(name, 1, latents => compute(latents[0]), weight);
}
