using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace MLNet.SynthAugment.Diffusion.Layers;

/// <summary>Scaled dot-product attention with several heads (Vaswani et al. 2017).</summary>
internal static class Attention
{
    /// <summary>softmax(q kᵀ / √d) v, head by head.</summary>
    /// <param name="query">[B, S, heads · d].</param>
    /// <param name="key">[B, L, heads · d].</param>
    /// <param name="value">[B, L, heads · d].</param>
    /// <param name="heads">Number of heads.</param>
    /// <param name="mask">Added to the scores, broadcast to [B, heads, S, L]; or null.</param>
    /// <param name="causal">Whether position i sees only positions up to i.</param>
    /// <returns>[B, S, heads · d].</returns>
    internal static Tensor MultiHead(Tensor query, Tensor key, Tensor value, long heads, Tensor? mask = null, bool causal = false)
    {
        var attended = F.scaled_dot_product_attention(Split(query, heads), Split(key, heads), Split(value, heads), mask, 0, causal);
        return attended.transpose(1, 2).flatten(2);
    }

    private static Tensor Split(Tensor tensor, long heads) => tensor.unflatten(2, heads, -1).transpose(1, 2);
}
