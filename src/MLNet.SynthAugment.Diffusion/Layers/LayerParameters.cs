using MLNet.SynthAugment.Diffusion.Weights;
using TorchSharp.Modules;

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

    /// <summary>Fills a normalisation's scale with 1 and its shift with 0.</summary>
    internal static void FillNeutral(Parameter scale, Parameter shift)
    {
        Fill(scale, tensor => tensor.fill_(Kept(1)));
        Fill(shift, tensor => tensor.zero_());
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

/// <summary>A layer that can give its parameters their starting values.</summary>
public interface IInitializableLayer
{
    /// <summary>Fills the layer's own parameters.</summary>
    /// <param name="generator">A CPU generator, the only source of the random values.</param>
    void Initialize(Generator generator);
}

/// <summary>
/// Gives a model that is to be trained from scratch its starting values. A model's constructor leaves its parameters
/// without values, because nearly always a weight file follows.
/// </summary>
public static class ParameterInitializer
{
    /// <summary>Initializes every layer of <paramref name="module"/> in the order of registration.</summary>
    /// <param name="module">The model.</param>
    /// <param name="generator">A CPU generator; equal seeds give equal weights on every device.</param>
    public static void Initialize(nn.Module module, Generator generator)
    {
        // TorchSharp's list leaves the module itself out.
        foreach (var layer in module.modules().Prepend(module).Distinct().OfType<IInitializableLayer>())
            layer.Initialize(generator);
    }
}

/// <summary>
/// Keeps models' own parameters out of the gradient until disposed; this halves the work of a backward pass.
/// </summary>
internal sealed class FrozenParameters : IDisposable
{
    private readonly List<Parameter> _thawed = [];

    public FrozenParameters(params nn.Module[] models)
    {
        foreach (var parameter in models.SelectMany(model => model.parameters())
            .Where(parameter => parameter.requires_grad))
        {
            parameter.requires_grad = false;
            _thawed.Add(parameter);
        }
    }

    public void Dispose()
    {
        foreach (var parameter in _thawed) parameter.requires_grad = true;
        _thawed.Clear();
    }
}

/// <summary>Where a module's parameters live and in which type they are held.</summary>
/// <param name="Device">The device of the parameters.</param>
/// <param name="Dtype">The element type of the parameters.</param>
public sealed record TensorPlacement(Device Device, ScalarType Dtype);
