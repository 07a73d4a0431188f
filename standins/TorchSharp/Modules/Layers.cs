using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Starting values of the layers' parameters, which outlive the scope in which a layer is built.</summary>
internal static class Layers
{
    /// <summary>Uniform in ±1/√fanIn, drawn as PyTorch draws (He et al. 2015 with a = √5).</summary>
    public static Parameter Uniform(long[] shape, long fanIn, Device? device, ScalarType? dtype)
    {
        var bound = fanIn > 0 ? 1 / Math.Sqrt(fanIn) : 0;
        return Own(nn.init.uniform_(empty(shape, dtype, device), -bound, bound));
    }

    public static Parameter Filled(long[] shape, double value, Device? device, ScalarType? dtype) =>
        Own(full(shape, value, dtype, device));

    public static Parameter Own(Tensor values)
    {
        var parameter = new Parameter(values);
        parameter.DetachFromDisposeScope();
        return parameter;
    }
}
