using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace TorchSharp.Modules;

/// <summary>x Wᵀ + b.</summary>
public sealed class Linear : nn.Module<Tensor, Tensor>
{
    internal Linear(long inputSize, long outputSize, bool hasBias, Device? device, ScalarType? dtype)
        : base(nameof(Linear))
    {
        register_parameter("weight", Layers.Uniform([outputSize, inputSize], inputSize, device, dtype));
        if (hasBias)
            register_parameter("bias", Layers.Uniform([outputSize], inputSize, device, dtype));
    }

    public Parameter weight
    {
        get => OwnParameter("weight")!;
        set => ConditionallyRegisterParameter("weight", value);
    }

    public Parameter? bias
    {
        get => OwnParameter("bias");
        set => ConditionallyRegisterParameter("bias", value);
    }

    public override Tensor forward(Tensor tensor) => F.linear(tensor, weight, bias);
}
