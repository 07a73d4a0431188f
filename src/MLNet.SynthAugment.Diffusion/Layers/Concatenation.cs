using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Layers;

/// <summary>Joins tensors.</summary>
internal static class Concatenation
{
    /// <summary>The tensors one after the other along a dimension.</summary>
    // Naming the list type matters: TorchSharp 0.107 also has an overload for spans, which the compiler would prefer for
    // arrays and collection expressions, and which 0.102 lacks.
    internal static Tensor Concatenate(IList<Tensor> tensors, long dim = 0) => cat(tensors, dim);
}
