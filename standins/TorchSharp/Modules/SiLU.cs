using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace TorchSharp.Modules;

/// <summary>x σ(x).</summary>
public sealed class SiLU : nn.Module<Tensor, Tensor>
{
    internal SiLU()
        : base(nameof(SiLU))
    {
    }

    public override Tensor forward(Tensor tensor) => F.silu(tensor);
}
