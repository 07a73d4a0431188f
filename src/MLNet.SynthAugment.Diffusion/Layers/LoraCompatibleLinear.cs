using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace MLNet.SynthAugment.Diffusion.Layers;

/// <summary>y = W x + b, plus Scale · B (A x) for each attached LoRA adapter. Takes [..., in], gives [..., out].</summary>
public sealed class LoraCompatibleLinear : LoraCompatibleLayer
{
    /// <summary>Makes a layer whose parameters have no values yet.</summary>
    /// <param name="inputSize">Width of the input.</param>
    /// <param name="outputSize">Width of the output.</param>
    /// <param name="placement">Device and type of the parameters.</param>
    /// <param name="hasBias">Whether there is a bias.</param>
    public LoraCompatibleLinear(long inputSize, long outputSize, TensorPlacement placement, bool hasBias = true)
        : base(nameof(LoraCompatibleLinear), placement, hasBias, outputSize, inputSize)
    {
    }

    private protected override Tensor Apply(Tensor input, Tensor weight, Tensor? bias) => F.linear(input, weight, bias);

    private protected override Tensor ApplyPointwise(Tensor input, Tensor weight) => F.linear(input, weight);
}
