using MLNet.SynthAugment.Diffusion.Weights;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Layers;

/// <summary>Makes parameters that outlive the dispose scope in which a module happens to be built.</summary>
internal static class LayerParameters
{
    internal static Parameter Create(TensorPlacement placement, params long[] shape)
    {
        ParameterBudget.Take(shape);
        var parameter = new Parameter(empty(shape, dtype: placement.Dtype, device: placement.Device));
        parameter.DetachFromDisposeScope();
        return parameter;
    }

    /// <summary>
    /// Fills a weight and its bias uniformly in ±1/√fanIn (He et al. 2015 with a = √5, the customary start of linear
    /// and convolution layers). The numbers are drawn on the CPU in float32, so that they do not depend on device or
    /// precision.
    /// </summary>
    internal static void FillUniform(Parameter weight, Parameter? bias, long fanIn, Generator generator)
    {
        var bound = 1 / Math.Sqrt(fanIn);
        Fill(weight, tensor => tensor.uniform_(-bound, bound, generator));
        if (bias is not null)
            Fill(bias, tensor => tensor.uniform_(-bound, bound, generator));
    }

    internal static void Fill(Parameter parameter, Action<Tensor> fill)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var values = empty(parameter.shape, dtype: ScalarType.Float32);
        fill(values);
        parameter.copy_(values);
    }
}
