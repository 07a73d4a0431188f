using static TorchSharp.torch;

namespace MLNet.SynthAugment.TestSupport;

/// <summary>Comparison to the last bit.</summary>
internal static class Tensors
{
    public static bool BitEqual(Tensor first, Tensor second) =>
        first.shape.SequenceEqual(second.shape) && first.dtype == second.dtype
            && Bytes(first).AsSpan().SequenceEqual(Bytes(second));

    private static byte[] Bytes(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return tensor.detach().contiguous().cpu().bytes.ToArray();
    }
}
