using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>1 / (1 + e⁻ˣ).</summary>
public sealed class Sigmoid : nn.Module<Tensor, Tensor>
{
    internal Sigmoid()
        : base(nameof(Sigmoid))
    {
    }

    public override Tensor forward(Tensor tensor) => tensor.sigmoid();
}
