using MLNet.SynthAugment.Diffusion.Layers;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace MLNet.SynthAugment.Diffusion.UNets;

/// <summary>A gated feed-forward layer, GEGLU (Shazeer 2020): value · gelu(gate), four times as wide inside.</summary>
internal sealed class FeedForward : nn.Module<Tensor, Tensor>
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

    public override Tensor forward(Tensor input)
    {
        var halves = projection.forward(input).chunk(2, -1);
        return output.forward(halves[0] * F.gelu(halves[1]));
    }
}
