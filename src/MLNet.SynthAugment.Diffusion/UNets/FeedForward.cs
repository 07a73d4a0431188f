using MLNet.SynthAugment.Diffusion.Layers;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace MLNet.SynthAugment.Diffusion.UNets;

/// <summary>A gated feed-forward layer, GEGLU (Shazeer 2020): value · gelu(gate), four times as wide inside.</summary>
internal sealed class FeedForward : nn.Module
{
    private readonly LoraCompatibleLinear projection;
    private readonly LoraCompatibleLinear output;

    internal FeedForward(long width, TensorPlacement placement) : base(nameof(FeedForward))
    {
        var inner = 4 * width;
        projection = new LoraCompatibleLinear(width, 2 * inner, placement);
        output = new LoraCompatibleLinear(inner, width, placement);
        // The published name of position 1 is a dropout, which has no weights.
        register_module("net", ModuleGroup.Of(("0", ModuleGroup.Of(("proj", projection))), ("2", output)));
    }

    /// <param name="input">[..., width].</param>
    /// <param name="inTwoProducts">As in <see cref="UNetOptimizations.GatesInTwoProducts"/>.</param>
    internal Tensor forward(Tensor input, bool inTwoProducts)
    {
        var (value, gate) = projection.ForwardHalves(input, inTwoProducts);
        return output.forward(value * F.gelu(gate));
    }
}
