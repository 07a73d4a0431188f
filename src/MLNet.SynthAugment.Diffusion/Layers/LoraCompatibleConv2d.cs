using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace MLNet.SynthAugment.Diffusion.Layers;

/// <summary>
/// A square convolution, plus Scale · B ∗ (A ∗ x) for each attached LoRA adapter, where A has the layer's own kernel,
/// stride and padding, and B is 1×1. Takes [B, in, H, W].
/// </summary>
public sealed class LoraCompatibleConv2d : LoraCompatibleLayer
{
    private readonly long[] stride;
    private readonly long[] padding;

    /// <summary>Makes a layer whose parameters have no values yet.</summary>
    /// <param name="inChannels">Channels of the input.</param>
    /// <param name="outChannels">Channels of the output.</param>
    /// <param name="kernelSize">Height and width of the kernel.</param>
    /// <param name="placement">Device and type of the parameters.</param>
    /// <param name="stride">Step in pixels.</param>
    /// <param name="padding">Zeros added on all four sides.</param>
    /// <param name="hasBias">Whether there is a bias.</param>
    public LoraCompatibleConv2d(
        long inChannels, long outChannels, long kernelSize, TensorPlacement placement, long stride = 1,
        long padding = 0, bool hasBias = true)
        : base(nameof(LoraCompatibleConv2d), placement, hasBias, outChannels, inChannels, kernelSize, kernelSize)
    {
        this.stride = [stride, stride];
        this.padding = [padding, padding];
    }

    /// <summary>The same for a 1×1 kernel and the pixels as tokens; without the adapters.</summary>
    /// <param name="tokens">[B, S, in].</param>
    /// <returns>[B, S, out].</returns>
    internal Tensor ForwardTokens(Tensor tokens) => F.linear(tokens, weight.flatten(1), bias);

    private protected override Tensor Apply(Tensor input, Tensor weight, Tensor? bias) =>
        Convolutions.Apply(input, weight, bias, stride, padding);

    private protected override Tensor ApplyPointwise(Tensor input, Tensor weight) => Convolutions.Apply(input, weight);
}
