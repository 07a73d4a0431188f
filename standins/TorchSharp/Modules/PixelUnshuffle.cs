using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace TorchSharp.Modules;

/// <summary>Pixels laid out as channels.</summary>
public sealed class PixelUnshuffle : nn.Module<Tensor, Tensor>
{
    private readonly long _factor;

    internal PixelUnshuffle(long factor)
        : base(nameof(PixelUnshuffle)) => _factor = factor;

    public override Tensor forward(Tensor input) => F.pixel_unshuffle(input, _factor);
}
