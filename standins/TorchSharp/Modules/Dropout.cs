using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace TorchSharp.Modules;

/// <summary>Elements set to zero at random while training.</summary>
public sealed class Dropout : nn.Module<Tensor, Tensor>
{
    private readonly double _p;
    private readonly bool _inplace;

    internal Dropout(double p, bool inplace)
        : base(nameof(Dropout))
    {
        _p = p;
        _inplace = inplace;
    }

    public override Tensor forward(Tensor tensor) =>
        _inplace ? F.dropout(tensor, _p, training, true).alias() : F.dropout(tensor, _p, training);
}
