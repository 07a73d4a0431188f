using MLNet.SynthAugment.Diffusion.Layers;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Autoencoders;

/// <summary>
/// One-headed self-attention over the pixels of a feature map, after a group norm and with a residual.
/// </summary>
internal sealed class SpatialAttention : nn.Module<Tensor, Tensor>
{
    private readonly GroupNorm norm;
    private readonly LoraCompatibleLinear query;
    private readonly LoraCompatibleLinear key;
    private readonly LoraCompatibleLinear value;
    private readonly LoraCompatibleLinear output;

    internal SpatialAttention(long channels, long groups, double eps, TensorPlacement placement) : base(
        nameof(SpatialAttention))
    {
        norm = new GroupNorm(groups, channels, eps, placement);
        query = new LoraCompatibleLinear(channels, channels, placement);
        key = new LoraCompatibleLinear(channels, channels, placement);
        value = new LoraCompatibleLinear(channels, channels, placement);
        output = new LoraCompatibleLinear(channels, channels, placement);
        register_module("group_norm", norm);
        register_module("to_q", query);
        register_module("to_k", key);
        register_module("to_v", value);
        register_module("to_out", nn.ModuleList(output));
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var tokens = norm.forward(input).flatten(2).transpose(1, 2);
        var attended = Attention.Attend(
            query.forward(tokens), key.forward(tokens).unsqueeze(1), value.forward(tokens).unsqueeze(1));
        // A sum takes the layout of its first operand, which the convolutions after it want to be that of an image.
        return input.Plus(output.forward(attended).transpose(1, 2).reshape(input.shape)).MoveToOuterDisposeScope();
    }
}
