using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace TorchSharp.Modules;

/// <summary>The transpose of a convolution of images [B, C, H, W].</summary>
public sealed class ConvTranspose2d : Convolution
{
    private readonly long[] _stride;
    private readonly long[] _padding;
    private readonly long[] _outputPadding;
    private readonly long[] _dilation;
    private readonly long _groups;

    internal ConvTranspose2d(
        long inChannels, long outChannels, long[] kernelSize, long[] stride, long[] padding, long[] outputPadding, long[] dilation,
        long groups, bool bias, Device? device, ScalarType? dtype)
        : base(nameof(ConvTranspose2d))
    {
        _stride = stride;
        _padding = padding;
        _outputPadding = outputPadding;
        _dilation = dilation;
        _groups = groups;
        var fanIn = outChannels / groups * kernelSize.TotalSize();
        register_parameter("weight", Layers.Uniform([inChannels, outChannels / groups, .. kernelSize], fanIn, device, dtype));
        if (bias)
            register_parameter("bias", Layers.Uniform([outChannels], fanIn, device, dtype));
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

    public override Tensor forward(Tensor input) =>
        F.conv_transpose2d(input, weight, bias, _stride, _padding, _outputPadding, _dilation, _groups);
}
