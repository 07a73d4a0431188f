using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.UNets;

/// <summary>What all blocks of a UNet are given beside the image.</summary>
/// <param name="Time">SiLU of the time embedding, [B, time width], or [1, time width] where all rows share it.</param>
/// <param name="Text">What the attentions attend to.</param>
/// <param name="Optimizations">How to compute.</param>
internal sealed record UNetStep(Tensor Time, TextContext Text, UNetOptimizations Optimizations)
{
    /// <summary>As in <see cref="UNetApproximations.MergedTokens"/>.</summary>
    internal double MergedTokens { get; init; }

    /// <summary>Height of the latents.</summary>
    internal long Height { get; init; }

    /// <summary>Width of the latents.</summary>
    internal long Width { get; init; }
}
