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
    private Parameter _weight;
    private Parameter? _bias;

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
        _weight = Layers.Uniform([inChannels, outChannels / groups, .. kernelSize], fanIn, device, dtype);
        _bias = bias ? Layers.Uniform([outChannels], fanIn, device, dtype) : null;
        register_parameter("weight", _weight);
        if (_bias is not null)
            register_parameter("bias", _bias);
    }

    public Parameter weight
    {
        get => _weight;
        set => ConditionallyRegisterParameter("weight", _weight = value);
    }

    public Parameter? bias
    {
        get => _bias;
        set => ConditionallyRegisterParameter("bias", _bias = value);
    }

    public override Tensor forward(Tensor input) =>
        F.conv_transpose2d(input, _weight, _bias, _stride, _padding, _outputPadding, _dilation, _groups);

    // The fields do not bear the parameters' names.
    protected override void RegisterComponents()
    {
    }
}
