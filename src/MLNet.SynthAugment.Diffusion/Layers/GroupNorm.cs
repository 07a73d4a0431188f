using TorchSharp.Modules;

namespace MLNet.SynthAugment.Diffusion.Layers;

/// <summary>
/// Group normalisation (Wu and He 2018) with a scale and a shift a channel. Takes [B, channels, ...].
/// </summary>
public sealed class GroupNorm : nn.Module<Tensor, Tensor>, IInitializableLayer
{
    private readonly Parameter weight;
    private readonly Parameter bias;
    private readonly long groups;
    private readonly double eps;

    /// <summary>Makes a layer whose parameters have no values yet.</summary>
    /// <param name="groups">Number of groups; divides <paramref name="channels"/>.</param>
    /// <param name="channels">Channels of the input.</param>
    /// <param name="eps">Added to the variance.</param>
    /// <param name="placement">Device and type of the parameters.</param>
    public GroupNorm(long groups, long channels, double eps, TensorPlacement placement) : base(nameof(GroupNorm))
    {
        this.groups = groups;
        this.eps = eps;
        weight = LayerParameters.Create(placement, channels);
        bias = LayerParameters.Create(placement, channels);
        register_parameter(nameof(weight), weight);
        register_parameter(nameof(bias), bias);
    }

    /// <inheritdoc/>
    public void Initialize(Generator generator) => LayerParameters.FillNeutral(weight, bias);

    /// <inheritdoc/>
    public override Tensor forward(Tensor input) => F.group_norm(input, groups, weight, bias, eps);
}

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
    public void Initialize(Generator generator) => LayerParameters.FillNeutral(weight, bias);

    /// <inheritdoc/>
    public override Tensor forward(Tensor input) => F.layer_norm(input, normalizedShape, weight, bias, eps);
}
