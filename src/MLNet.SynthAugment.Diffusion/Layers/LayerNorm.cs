using TorchSharp.Modules;
using static MLNet.SynthAugment.Diffusion.KeptScalars;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace MLNet.SynthAugment.Diffusion.Layers;

/// <summary>Layer normalisation (Ba et al. 2016) over the last dimension. Takes [..., width].</summary>
public sealed class LayerNorm : nn.Module<Tensor, Tensor>, IInitializableLayer
{
    private readonly Parameter weight;
    private readonly Parameter bias;
    private readonly long[] normalizedShape;
    private readonly double eps;

    /// <summary>Makes a layer whose parameters have no values yet.</summary>
    /// <param name="width">Size of the last dimension.</param>
    /// <param name="eps">Added to the variance.</param>
    /// <param name="placement">Device and type of the parameters.</param>
    public LayerNorm(long width, double eps, TensorPlacement placement) : base(nameof(LayerNorm))
    {
        normalizedShape = [width];
        this.eps = eps;
        weight = LayerParameters.Create(placement, width);
        bias = LayerParameters.Create(placement, width);
        register_parameter(nameof(weight), weight);
        register_parameter(nameof(bias), bias);
    }

    /// <inheritdoc/>
    public void Initialize(Generator generator)
    {
        LayerParameters.Fill(weight, tensor => tensor.fill_(Kept(1)));
        LayerParameters.Fill(bias, tensor => tensor.zero_());
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input) => F.layer_norm(input, normalizedShape, weight, bias, eps);
}
