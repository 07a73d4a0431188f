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
    private Parameter? _weight;
    private Parameter? _bias;

    internal LayerNorm(long[] shape, double eps, bool affine, bool hasBias, Device? device, ScalarType? dtype)
        : base(nameof(LayerNorm))
    {
        _shape = shape;
        _eps = eps;
        _weight = affine ? Layers.Filled(shape, 1, device, dtype) : null;
        _bias = affine && hasBias ? Layers.Filled(shape, 0, device, dtype) : null;
        ConditionallyRegisterParameter("weight", _weight);
        ConditionallyRegisterParameter("bias", _bias);
    }

    public Parameter weight
    {
        get => _weight!;
        set => ConditionallyRegisterParameter("weight", _weight = value);
    }

    public Parameter? bias
    {
        get => _bias;
        set => ConditionallyRegisterParameter("bias", _bias = value);
    }

    public override Tensor forward(Tensor tensor) => F.layer_norm(tensor, _shape, _weight, _bias, _eps);

    // The fields do not bear the parameters' names.
    protected override void RegisterComponents()
    {
    }
}
