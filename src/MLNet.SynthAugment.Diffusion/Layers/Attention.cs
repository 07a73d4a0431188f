namespace MLNet.SynthAugment.Diffusion.Layers;

/// <summary>
/// Scaled dot-product attention with several heads (Vaswani et al. 2017): softmax(q kᵀ / √d) v, head by head.
/// </summary>
internal static class Attention
{
    /// <summary>Attention with a mask, of a text to itself.</summary>
    /// <param name="query">[B, S, heads · d].</param>
    /// <param name="key">[B, L, heads · d].</param>
    /// <param name="value">[B, L, heads · d].</param>
    /// <param name="heads">Number of heads.</param>
    /// <param name="mask">Added to the scores, broadcast to [B, heads, S, L]; or null.</param>
    /// <param name="causal">Whether position i sees only positions up to i.</param>
    /// <returns>[B, S, heads · d].</returns>
    internal static Tensor MultiHead(
        Tensor query, Tensor key, Tensor value, long heads, Tensor? mask = null, bool causal = false)
    {
        var (queries, keys) = (SplitHeads(query, heads), SplitHeads(key, heads));
        var attended = F.scaled_dot_product_attention(queries, keys, SplitHeads(value, heads), mask, 0, causal);
        return ShowingOverflow(attended, queries, keys).transpose(1, 2).flatten(2);
    }

    /// <summary>Attention to keys and values that are split into heads already and may serve several rows.</summary>
    /// <param name="query">[B, S, heads · d], B a multiple of U.</param>
    /// <param name="keys">[U, heads, L, d].</param>
    /// <param name="values">[U, heads, L, d].</param>
    /// <returns>[B, S, heads · d].</returns>
    internal static Tensor Attend(Tensor query, Tensor keys, Tensor values)
    {
        long[] shape = query.shape, keyShape = keys.shape;
        // A query's result depends on no other query, so rows that share their keys can stand in one row, one after the
        // other.
        var joined = query.reshape(keyShape[0], -1, shape[2]);
        var queries = SplitHeads(joined, keyShape[1]);
        var attended = F.scaled_dot_product_attention(queries, keys, values);
        return ShowingOverflow(attended, queries, keys).transpose(1, 2).reshape(shape);
    }

    /// <summary>[B, L, heads · d] to [B, heads, L, d].</summary>
    internal static Tensor SplitHeads(Tensor tensor, long heads) => tensor.unflatten(2, heads, -1).transpose(1, 2);

    // libtorch's kernel for CPUs gives 0 for a query whose scores are all NaN or infinite, so that a training that has
    // diverged would go on without a sign. No score is larger than |q| · max |k| (Cauchy and Schwarz).
    private static Tensor ShowingOverflow(Tensor attended, Tensor queries, Tensor keys) =>
        attended.requires_grad ? attended.Plus(ZeroUnlessOverflown(queries, keys)) : attended;

    /// <summary>[B, heads, S, 1]: 0, or NaN where a product of the query with a key may overflow.</summary>
    private static Tensor ZeroUnlessOverflown(Tensor queries, Tensor keys)
    {
        using var gradientMode = no_grad();
        using var scope = NewDisposeScope();
        // In float32, as the scores are computed: in float16 the bound could overflow where they do not.
        var (query, key) = (queries.to(ScalarType.Float32), keys.to(ScalarType.Float32));
        var bound = query.norm(-1, keepdim: true) * key.norm(-1, keepdim: true).amax([2], keepdim: true);
        return (bound * Kept(0)).to(queries.dtype).MoveToOuterDisposeScope();
    }
}
