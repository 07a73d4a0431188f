using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace TorchSharp.Modules;

/// <summary>
/// Normalisation over groups of channels. As in TorchSharp 0.104 and later its parameters have no values until they are
/// initialised or loaded; here they are NaN, so that nothing passes by chance.
/// </summary>
public sealed class GroupNorm : nn.Module<Tensor, Tensor>
{
    private readonly long _groups;
    private readonly double _eps;
    private Parameter? _weight;
    private Parameter? _bias;

    internal GroupNorm(long groups, long channels, double eps, bool affine, Device? device, ScalarType? dtype)
        : base(nameof(GroupNorm))
    {
        _groups = groups;
        _eps = eps;
        _weight = affine ? Layers.Filled([channels], double.NaN, device, dtype) : null;
        _bias = affine ? Layers.Filled([channels], double.NaN, device, dtype) : null;
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

    public override Tensor forward(Tensor tensor) => F.group_norm(tensor, _groups, _weight, _bias, _eps);

    // The fields do not bear the parameters' names.
    protected override void RegisterComponents()
    {
    }
}
