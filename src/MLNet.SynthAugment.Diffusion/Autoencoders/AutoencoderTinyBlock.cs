using MLNet.SynthAugment.Diffusion.Layers;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace MLNet.SynthAugment.Diffusion.Autoencoders;

/// <summary>Three 3×3 convolutions with activations between them, plus the input, through ReLU.</summary>
internal sealed class AutoencoderTinyBlock : nn.Module<Tensor, Tensor>
{
    private readonly LoraCompatibleConv2d first;
    private readonly LoraCompatibleConv2d second;
    private readonly LoraCompatibleConv2d third;
    private readonly Func<Tensor, Tensor> activation;

    internal AutoencoderTinyBlock(long channels, Func<Tensor, Tensor> activation, TensorPlacement placement) : base(
        nameof(AutoencoderTinyBlock))
    {
        this.activation = activation;
        first = new LoraCompatibleConv2d(channels, channels, 3, placement, padding: 1);
        second = new LoraCompatibleConv2d(channels, channels, 3, placement, padding: 1);
        third = new LoraCompatibleConv2d(channels, channels, 3, placement, padding: 1);
        // The activations between them take the numbers 1 and 3.
        register_module("conv", ModuleGroup.Of(("0", first), ("2", second), ("4", third)));
    }

    public override Tensor forward(Tensor input) =>
        F.relu(third.forward(activation(second.forward(activation(first.forward(input))))).Plus(input));

    internal static Func<Tensor, Tensor> Activation(string name) => name switch
    {
        "relu" => tensor => F.relu(tensor),
        "gelu" => tensor => F.gelu(tensor),
        _ => tensor => F.silu(tensor),
    };
}
