using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace TorchSharp.Modules;

/// <summary>
/// Normalisation over the last dimensions.
/// </summary>
public sealed class LayerNorm : nn.Module<Tensor, Tensor>
{
    private readonly long[] _shape;
    private readonly double _eps;

    internal LayerNorm(long[] shape, double eps, bool affine, bool hasBias, Device? device, ScalarType? dtype)
        : base(nameof(LayerNorm))
    {
        _shape = shape;
        _eps = eps;
        if (affine)
            register_parameter("weight", Layers.Filled(shape, 1, device, dtype));
        if (affine && hasBias)
            register_parameter("bias", Layers.Filled(shape, 0, device, dtype));
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

    public override Tensor forward(Tensor tensor) => F.layer_norm(tensor, _shape, OwnParameter("weight"), bias, _eps);
}
