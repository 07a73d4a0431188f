using TorchSharp.Modules;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace MLNet.SynthAugment.Diffusion.Layers;

/// <summary>y = W x + b, plus Scale · B (A x) for each attached LoRA adapter. Takes [..., in], gives [..., out].</summary>
public sealed class LoraCompatibleLinear : nn.Module<Tensor, Tensor>, ILoraCompatible, IInitializableLayer
{
    // Module.to finds the fields by the parameters' names.
    private readonly Parameter weight;
    private readonly Parameter? bias;
    private readonly LoraAttachments attachments;
    private readonly long inputSize;

    /// <summary>Makes a layer whose parameters have no values yet.</summary>
    /// <param name="inputSize">Width of the input.</param>
    /// <param name="outputSize">Width of the output.</param>
    /// <param name="placement">Device and type of the parameters.</param>
    /// <param name="hasBias">Whether there is a bias.</param>
    public LoraCompatibleLinear(long inputSize, long outputSize, TensorPlacement placement, bool hasBias = true)
        : base(nameof(LoraCompatibleLinear))
    {
        this.inputSize = inputSize;
        attachments = new LoraAttachments("linear", [inputSize], [outputSize]);
        weight = LayerParameters.Create(placement, outputSize, inputSize);
        register_parameter(nameof(weight), weight);
        if (hasBias)
        {
            bias = LayerParameters.Create(placement, outputSize);
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
    public void Initialize(Generator generator) => LayerParameters.FillUniform(weight, bias, inputSize, generator);

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        var output = F.linear(input, weight, bias);
        if (!attachments.Any)
            return output;
        foreach (var (a, b, scale) in attachments.Adapters)
        {
            // Adapters are trained in float32 also where the frozen weights are in half precision.
            var low = F.linear(input.dtype == a.dtype ? input : input.to(a.dtype), a);
            var change = F.linear(scale == 1 ? low : low * scale, b);
            output = output + (change.dtype == output.dtype ? change : change.to(output.dtype));
        }
        return output;
    }
}
