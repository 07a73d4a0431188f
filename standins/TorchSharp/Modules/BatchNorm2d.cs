using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace TorchSharp.Modules;

/// <summary>Normalisation of each channel over a batch [B, C, H, W].</summary>
public sealed class BatchNorm2d : nn.Module<Tensor, Tensor>
{
    private readonly double _eps;
    private readonly double _momentum;

    internal BatchNorm2d(long features, double eps, double momentum, bool affine, bool track, Device? device, ScalarType? dtype)
        : base(nameof(BatchNorm2d))
    {
        _eps = eps;
        _momentum = momentum;
        if (affine)
        {
            register_parameter("weight", Layers.Filled([features], 1, device, dtype));
            register_parameter("bias", Layers.Filled([features], 0, device, dtype));
        }
        if (track)
        {
            register_buffer("running_mean", zeros(features, dtype, device).DetachFromDisposeScope());
            register_buffer("running_var", ones(features, dtype, device).DetachFromDisposeScope());
            register_buffer("num_batches_tracked", zeros([], ScalarType.Int64, device).DetachFromDisposeScope());
        }
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

    public Tensor? running_mean
    {
        get => get_buffer("running_mean");
        set => ConditionallyRegisterBuffer("running_mean", value);
    }

    public Tensor? running_var
    {
        get => get_buffer("running_var");
        set => ConditionallyRegisterBuffer("running_var", value);
    }

    public void reset_running_stats()
    {
        running_mean?.zero_();
        running_var?.fill_(1);
    }

    public override Tensor forward(Tensor input)
    {
        if (training)
            get_buffer("num_batches_tracked")?.add_((Scalar)1);
        var batchStatistics = training || running_mean is null;
        return F.batch_norm(input, running_mean, running_var, OwnParameter("weight"), bias, batchStatistics, _momentum, _eps);
    }
}
