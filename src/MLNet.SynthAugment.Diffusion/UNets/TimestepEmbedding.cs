using MLNet.SynthAugment.Diffusion.Layers;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace MLNet.SynthAugment.Diffusion.UNets;

/// <summary>Linear, SiLU, linear: [B, in] to [B, out].</summary>
internal sealed class TimestepEmbedding : nn.Module<Tensor, Tensor>
{
    private readonly LoraCompatibleLinear linear1;
    private readonly LoraCompatibleLinear linear2;

    internal TimestepEmbedding(long inputSize, long outputSize, TensorPlacement placement) : base(
        nameof(TimestepEmbedding))
    {
        linear1 = new LoraCompatibleLinear(inputSize, outputSize, placement);
        linear2 = new LoraCompatibleLinear(outputSize, outputSize, placement);
        register_module("linear_1", linear1);
        register_module("linear_2", linear2);
    }

    public override Tensor forward(Tensor input) => linear2.forward(F.silu(linear1.forward(input)));
}
