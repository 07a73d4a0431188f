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

    internal GroupNorm(long groups, long channels, double eps, bool affine, Device? device, ScalarType? dtype)
        : base(nameof(GroupNorm))
    {
        _groups = groups;
        _eps = eps;
        if (affine)
            register_parameter("weight", Layers.Filled([channels], double.NaN, device, dtype));
        if (affine)
            register_parameter("bias", Layers.Filled([channels], double.NaN, device, dtype));
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

    public override Tensor forward(Tensor tensor) => F.group_norm(tensor, _groups, OwnParameter("weight"), bias, _eps);
}
