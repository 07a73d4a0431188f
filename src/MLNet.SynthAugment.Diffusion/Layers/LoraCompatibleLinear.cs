using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace MLNet.SynthAugment.Diffusion.Layers;

/// <summary>
/// y = W x + b, plus Scale · B (A x) for each attached LoRA adapter. Takes [..., in], gives [..., out].
/// </summary>
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

    /// <summary>The two halves of the output along its last dimension.</summary>
    /// <param name="input">[..., in].</param>
    /// <param name="separately">Whether each half is computed by itself and so contiguous, where no adapters are
    /// attached.</param>
    internal (Tensor First, Tensor Second) ForwardHalves(Tensor input, bool separately)
    {
        if (!separately || Adapters.Count > 0 || bias is null)
        {
            var halves = forward(input).chunk(2, -1);
            return (halves[0], halves[1]);
        }
        var rows = weight.chunk(2);
        var biases = bias.chunk(2);
        return (Apply(input, rows[0], biases[0]), Apply(input, rows[1], biases[1]));
    }

    private protected override Tensor Apply(Tensor input, Tensor weight, Tensor? bias) => F.linear(input, weight, bias);

    private protected override Tensor ApplyPointwise(Tensor input, Tensor weight) => F.linear(input, weight);
}
