using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace TorchSharp.Modules;

/// <summary>Channels set to zero at random while training.</summary>
public sealed class Dropout2d : nn.Module<Tensor, Tensor>
{
    private readonly double _p;
    private readonly bool _inplace;

    internal Dropout2d(double p, bool inplace)
        : base(nameof(Dropout2d))
    {
        _p = p;
        _inplace = inplace;
    }

    public override Tensor forward(Tensor input) =>
        _inplace ? F.dropout2d(input, _p, training, true).alias() : F.dropout2d(input, _p, training);
}
