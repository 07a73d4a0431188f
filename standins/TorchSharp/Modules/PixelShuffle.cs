using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace TorchSharp.Modules;

/// <summary>Channels laid out as pixels.</summary>
public sealed class PixelShuffle : nn.Module<Tensor, Tensor>
{
    private readonly long _factor;

    internal PixelShuffle(long factor)
        : base(nameof(PixelShuffle)) => _factor = factor;

    public override Tensor forward(Tensor input) => F.pixel_shuffle(input, _factor);
}
