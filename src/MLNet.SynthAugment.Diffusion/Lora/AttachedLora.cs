using MLNet.SynthAugment.Diffusion.Layers;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Lora;

/// <summary>An adapter that takes part in a model's forward passes; its strength changes at no cost.</summary>
public sealed class AttachedLora : ActiveLora
{
    internal AttachedLora(LoraAdapter adapter, LoraLayers layers, float strength) : base(strength) =>
        Start(adapter, layers);

    // A forward pass needs no conversions if the matrices have the weight's type.
    private protected override ScalarType MatrixType(ILoraCompatible layer) => layer.Weight.dtype;

    private protected override void Add(ILoraCompatible layer, LoraLayerWeights weights) => layer.Attach(weights);

    private protected override void Remove(ILoraCompatible layer, LoraLayerWeights weights) => layer.Detach(weights);

    private protected override void Refresh(ILoraCompatible layer)
    {
        // The next forward pass reads the new scale.
    }
}
