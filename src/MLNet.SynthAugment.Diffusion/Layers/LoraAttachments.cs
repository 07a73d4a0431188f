using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Layers;

/// <summary>The adapters of one layer, checked when they are attached: a wrong matrix product would end the process.</summary>
internal sealed class LoraAttachments(string layer, long[] downShape, long[] upShape)
{
    private readonly List<LoraLayerWeights> adapters = [];

    internal IReadOnlyList<LoraLayerWeights> Adapters => adapters;

    internal bool Any => adapters.Count > 0;

    internal void Attach(LoraLayerWeights adapter)
    {
        var rank = adapter.A.shape is [var first, ..] ? first : 0;
        Require("A", adapter.A, [rank, .. downShape]);
        Require("B", adapter.B, [upShape[0], rank, .. upShape[1..]]);
        adapters.Add(adapter);
    }

    internal bool Detach(LoraLayerWeights adapter)
    {
        var index = adapters.FindIndex(attached => ReferenceEquals(attached, adapter));
        if (index < 0)
            return false;
        adapters.RemoveAt(index);
        return true;
    }

    private void Require(string matrix, Tensor tensor, long[] expected)
    {
        if (!tensor.shape.SequenceEqual(expected))
            throw new ArgumentException($"LoRA matrix {matrix} of a {layer} layer has shape [{string.Join(", ", tensor.shape)}], but [{string.Join(", ", expected)}] is needed.", nameof(tensor));
    }
}
