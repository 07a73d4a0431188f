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
        var attended = F.scaled_dot_product_attention(SplitHeads(query, heads), SplitHeads(key, heads), SplitHeads(value, heads), mask, 0, causal);
        return attended.transpose(1, 2).flatten(2);
    }

    /// <summary>The same, without a mask, for keys and values that are split into heads already and may serve several rows.</summary>
    /// <param name="query">[B, S, heads · d], B a multiple of U.</param>
    /// <param name="keys">[U, heads, L, d].</param>
    /// <param name="values">[U, heads, L, d].</param>
    /// <returns>[B, S, heads · d].</returns>
    internal static Tensor MultiHead(Tensor query, Tensor keys, Tensor values)
    {
        var (shape, keyShape) = (query.shape, keys.shape);
        var shared = shape[0] != keyShape[0];
        // A query's result depends on no other query, so rows that share their keys can stand in one row, one after the other.
        var joined = shared ? query.reshape(keyShape[0], -1, shape[2]) : query;
        var attended = F.scaled_dot_product_attention(SplitHeads(joined, keyShape[1]), keys, values).transpose(1, 2);
        return shared ? attended.reshape(shape) : attended.flatten(2);
    }

    /// <summary>[B, L, heads · d] to [B, heads, L, d].</summary>
    internal static Tensor SplitHeads(Tensor tensor, long heads) => tensor.unflatten(2, heads, -1).transpose(1, 2);
}
