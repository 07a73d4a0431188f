using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace StandIns.Tests.Torch;

/// <summary>Attention is composed by hand where libtorch is too old for its own.</summary>
public class AttentionTests
{
    [Fact]
    public void Without_a_mask_it_is_softmax_of_the_scaled_scores()
    {
        using var scope = NewDisposeScope();
        var (query, key, value) = Inputs();
        var expected = (query.matmul(key.transpose(-2, -1)) / Math.Sqrt(4)).softmax(-1).matmul(value);
        Assert.True(F.scaled_dot_product_attention(query, key, value).allclose(expected, 1e-5, 1e-6));
    }

    [Fact]
    public void Causal_boolean_and_additive_masks_agree()
    {
        using var scope = NewDisposeScope();
        var (query, key, value) = Inputs();
        var allowed = ones(new long[] { 3, 3 }, ScalarType.Bool).tril();
        var added = zeros(3, 3).masked_fill(allowed.logical_not(), double.NegativeInfinity);
        var causal = F.scaled_dot_product_attention(query, key, value, is_casual: true);
        Assert.True(causal.allclose(F.scaled_dot_product_attention(query, key, value, allowed), 1e-5, 1e-6));
        Assert.True(causal.allclose(F.scaled_dot_product_attention(query, key, value, added), 1e-5, 1e-6));
        Assert.True(causal[0, 0, 0].allclose(value[0, 0, 0], 1e-5, 1e-6));
    }

    private static (Tensor, Tensor, Tensor) Inputs()
    {
        using var generator = new Generator(2);
        return (randn([1, 2, 3, 4], generator: generator), randn([1, 2, 3, 4], generator: generator), randn([1, 2, 3, 4], generator: generator));
    }
}
