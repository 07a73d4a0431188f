using static TorchSharp.torch;

namespace MLNet.SynthAugment.Evaluation;

/// <summary>Takes numbers out of tensors.</summary>
internal static class TensorValues
{
    /// <summary>A copy of the values of a tensor on the CPU. Native memory is not held any longer, as it is by an accessor that is not disposed.</summary>
    public static T[] ToArray<T>(this Tensor tensor) where T : unmanaged
    {
        using var values = tensor.data<T>();
        return values.ToArray();
    }
}
