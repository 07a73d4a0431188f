using TorchSharp.Interop;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace TorchSharp.Modules;

/// <summary>A convolution of images [B, C, H, W].</summary>
public sealed class Conv2d : Convolution
{
    private readonly long[] _stride;
    private readonly long[] _padding;
    private readonly bool _same;
    private readonly long[] _dilation;
    private readonly long _groups;
    private readonly PaddingModes _paddingMode;

    internal Conv2d(
        long inChannels, long outChannels, long[] kernelSize, long[] stride, long[] padding, bool same, long[] dilation,
        PaddingModes paddingMode, long groups, bool bias, Device? device, ScalarType? dtype)
        : base(nameof(Conv2d))
    {
        _stride = stride;
        _padding = padding;
        _same = same;
        _dilation = dilation;
        _groups = groups;
        _paddingMode = paddingMode;
        var fanIn = inChannels / groups * kernelSize.TotalSize();
        register_parameter("weight", Layers.Uniform([outChannels, inChannels / groups, .. kernelSize], fanIn, device, dtype));
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

    public override Tensor forward(Tensor input)
    {
        if (!ValidateShape(input, 2))
            throw new ArgumentException($"Expected a 3D or 4D input for Conv2d, but it has {input.ndim} dimensions.", nameof(input));
        if (_same)
            return Dispatcher.One("aten::conv2d.padding", input, weight, bias, _stride, "same", _dilation, _groups);
        if (_paddingMode == PaddingModes.Zeros)
            return F.conv2d(input, weight, bias, _stride, _padding, _dilation, _groups);
        using var padded = F.pad(input, [_padding[1], _padding[1], _padding[0], _padding[0]], _paddingMode);
        return F.conv2d(padded, weight, bias, _stride, [0, 0], _dilation, _groups);
    }
}
