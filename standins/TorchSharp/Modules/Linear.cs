using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace TorchSharp.Modules;

/// <summary>x Wᵀ + b.</summary>
public sealed class Linear : nn.Module<Tensor, Tensor>
{
    private Parameter _weight;
    private Parameter? _bias;

    internal Linear(long inputSize, long outputSize, bool hasBias, Device? device, ScalarType? dtype)
        : base(nameof(Linear))
    {
        _weight = Layers.Uniform([outputSize, inputSize], inputSize, device, dtype);
        _bias = hasBias ? Layers.Uniform([outputSize], inputSize, device, dtype) : null;
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

    public override Tensor forward(Tensor tensor) => F.linear(tensor, _weight, _bias);

    // The fields do not bear the parameters' names.
    protected override void RegisterComponents()
    {
    }
}
