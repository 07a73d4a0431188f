using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Dimensions joined.</summary>
public sealed class Flatten : nn.Module<Tensor, Tensor>
{
    private readonly long _start;
    private readonly long _end;

    internal Flatten(long start, long end)
        : base(nameof(Flatten))
    {
        _start = start;
        _end = end;
    }

    public override Tensor forward(Tensor input) => input.flatten(_start, _end);
}
