using MLNet.SynthAugment.Diffusion.Layers;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Lora;

/// <summary>
/// An adapter added to a model's weights, so that forward passes cost nothing more. While adapters are merged a copy of
/// every changed weight is kept; when the last one is disposed the weights have their original bits again.
/// </summary>
public sealed class MergedLora : ActiveLora
{
    internal MergedLora(LoraAdapter adapter, LoraLayers layers, float strength) : base(strength) =>
        Start(adapter, layers);

    private protected override ScalarType MatrixType(ILoraCompatible layer) => ScalarType.Float32;

    private protected override void Add(ILoraCompatible layer, LoraLayerWeights weights) => layer.Merge(weights);

    private protected override void Remove(ILoraCompatible layer, LoraLayerWeights weights) => layer.Unmerge(weights);

    private protected override void Refresh(ILoraCompatible layer) => layer.RefreshMerged();
}
