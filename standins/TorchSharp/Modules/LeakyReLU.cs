using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>x, or a small part of it below 0.</summary>
public sealed class LeakyReLU : nn.Module<Tensor, Tensor>
{
    private readonly double _slope;
    private readonly bool _inplace;

    internal LeakyReLU(double slope, bool inplace)
        : base(nameof(LeakyReLU))
    {
        _slope = slope;
        _inplace = inplace;
    }

    public override Tensor forward(Tensor tensor) => _inplace ? tensor.leaky_relu_(_slope).alias() : tensor.leaky_relu(_slope);
}
