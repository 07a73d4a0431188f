using MLNet.SynthAugment.Diffusion.Layers;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Tests.UNets;

/// <summary>
/// An overflow shows in the result where something learns: the library's kernel for CPUs gives 0 for scores that are
/// all infinite or NaN. The same kernel works in blocks, so that memory is not that of all scores.
/// </summary>
public sealed class AttentionTests
{
    private const long Heads = 2;

    [Theory]
    [InlineData(float.NaN, 1f)]
    [InlineData(1f, float.NaN)]
    [InlineData(float.PositiveInfinity, 1f)]
    [InlineData(1e25f, 1e25f)]
    public void An_overflow_is_seen_while_something_learns(float queryScale, float keyScale)
    {
        using var scope = NewDisposeScope();
        var (query, key, value) = (Random(5) * queryScale, Random(7) * keyScale, Random(7));
        value.requires_grad_();
        Assert.True(Attention.MultiHead(query, key, value, Heads).isnan().any().item<bool>());
        Assert.True(Attention.Attend(query, Attention.SplitHeads(key, Heads), Attention.SplitHeads(value, Heads))
            .isnan().any().item<bool>());
    }

    [Fact]
    public void Results_and_gradients_are_those_of_the_formula()
    {
        using var scope = NewDisposeScope();
        Tensor[] inputs = [Random(5), Random(7), Random(7)];
        var (attended, gradients) =
            Gradients(inputs, (query, key, value) => Attention.MultiHead(query, key, value, Heads));
        var (expected, expectedGradients) = Gradients(inputs, (query, key, value) =>
        {
            var scores = Attention.SplitHeads(query, Heads)
                .matmul(Attention.SplitHeads(key, Heads).transpose(2, 3)) / Math.Sqrt(4);
            return scores.softmax(-1).matmul(Attention.SplitHeads(value, Heads)).transpose(1, 2).flatten(2);
        });
        Assert.True(expected.allclose(attended, 1e-5, 1e-6));
        Assert.All(expectedGradients.Zip(gradients), pair => Assert.True(pair.First.allclose(pair.Second, 1e-4, 1e-5)));
    }

    [Fact]
    public void Rows_may_share_keys_and_values()
    {
        using var scope = NewDisposeScope();
        var (query, key, value) = (randn(6, 5, Heads * 4), Random(7), Random(7));
        var expected = Attention.MultiHead(query, key.repeat_interleave(2, 0), value.repeat_interleave(2, 0), Heads);
        var attended = Attention.Attend(query, Attention.SplitHeads(key, Heads), Attention.SplitHeads(value, Heads));
        Assert.True(expected.allclose(attended, 1e-5, 1e-6));
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float16)]
    [InlineData(ScalarType.BFloat16)]
    public void Memory_is_not_that_of_all_scores(ScalarType type)
    {
        const long tokens = 8192;
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var input = randn(1, tokens, 8).to(type);
        var heads = Attention.SplitHeads(input, 1);
        Attention.Attend(input.narrow(1, 0, 1), heads, heads);
        var allScores = tokens * tokens * input.ElementSize;
        Assert.InRange(ResidentMemory.PeakDuring(() => Attention.Attend(input, heads, heads)), long.MinValue,
            allScores / 2);
    }

    private static (Tensor Attended, Tensor[] Gradients) Gradients(
        Tensor[] inputs, Func<Tensor, Tensor, Tensor, Tensor> attend)
    {
        var leaves = inputs.Select(input => input.clone().requires_grad_()).ToArray();
        var attended = attend(leaves[0], leaves[1], leaves[2]);
        attended.square().sum().backward();
        return (attended.detach(), [.. leaves.Select(leaf => leaf.grad!)]);
    }

    private static Tensor Random(long length) => randn(3, length, Heads * 4);
}
