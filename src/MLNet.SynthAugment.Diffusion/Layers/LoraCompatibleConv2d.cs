using TorchSharp.Modules;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace MLNet.SynthAugment.Diffusion.Layers;

/// <summary>
/// A square convolution, plus Scale · B ∗ (A ∗ x) for each attached LoRA adapter, where A has the layer's own kernel,
/// stride and padding, and B is 1×1. Takes [B, in, H, W].
/// </summary>
public sealed class LoraCompatibleConv2d : nn.Module<Tensor, Tensor>, ILoraCompatible, IInitializableLayer
{
    // Module.to finds the fields by the parameters' names.
    private readonly Parameter weight;
    private readonly Parameter? bias;
    private readonly LoraAttachments attachments;
    private readonly long[] stride;
    private readonly long[] padding;
    private readonly long fanIn;

    /// <summary>Makes a layer whose parameters have no values yet.</summary>
    /// <param name="inChannels">Channels of the input.</param>
    /// <param name="outChannels">Channels of the output.</param>
    /// <param name="kernelSize">Height and width of the kernel.</param>
    /// <param name="placement">Device and type of the parameters.</param>
    /// <param name="stride">Step in pixels.</param>
    /// <param name="padding">Zeros added on all four sides.</param>
    /// <param name="hasBias">Whether there is a bias.</param>
    public LoraCompatibleConv2d(long inChannels, long outChannels, long kernelSize, TensorPlacement placement, long stride = 1, long padding = 0, bool hasBias = true)
        : base(nameof(LoraCompatibleConv2d))
    {
        this.stride = [stride, stride];
        this.padding = [padding, padding];
        fanIn = inChannels * kernelSize * kernelSize;
        attachments = new LoraAttachments("convolution", [inChannels, kernelSize, kernelSize], [outChannels, 1, 1]);
        weight = LayerParameters.Create(placement, outChannels, inChannels, kernelSize, kernelSize);
        register_parameter(nameof(weight), weight);
        if (hasBias)
        {
            bias = LayerParameters.Create(placement, outChannels);
            register_parameter(nameof(bias), bias);
        }
    }

    /// <inheritdoc/>
    public Tensor Weight => weight;

    /// <summary>The bias [out], or null.</summary>
    public Tensor? Bias => bias;

    /// <inheritdoc/>
    public IReadOnlyList<LoraLayerWeights> Adapters => attachments.Adapters;

    /// <inheritdoc/>
    public void Attach(LoraLayerWeights adapter) => attachments.Attach(adapter);

    /// <inheritdoc/>
    public bool Detach(LoraLayerWeights adapter) => attachments.Detach(adapter);

    /// <inheritdoc/>
    public void Initialize(Generator generator) => LayerParameters.FillUniform(weight, bias, fanIn, generator);

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        var output = F.conv2d(input, weight, bias, stride, padding);
        if (!attachments.Any)
            return output;
        foreach (var (a, b, scale) in attachments.Adapters)
        {
            // Adapters are trained in float32 also where the frozen weights are in half precision.
            var low = F.conv2d(input.dtype == a.dtype ? input : input.to(a.dtype), a, null, stride, padding);
            var change = F.conv2d(scale == 1 ? low : low * scale, b);
            output = output + (change.dtype == output.dtype ? change : change.to(output.dtype));
        }
        return output;
    }
}
