using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace TorchSharp.Modules;

/// <summary>Means over windows that give the wanted size.</summary>
public sealed class AdaptiveAvgPool2d : nn.Module<Tensor, Tensor>
{
    private readonly long[] _outputSize;

    internal AdaptiveAvgPool2d(long[] outputSize)
        : base(nameof(AdaptiveAvgPool2d)) => _outputSize = outputSize;

    public override Tensor forward(Tensor input) => F.adaptive_avg_pool2d(input, _outputSize);
}
