using MLNet.SynthAugment.Diffusion.UNets;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Tests.UNets;

/// <summary>Merging of similar tokens and its reversal.</summary>
public sealed class TokenMergingTests
{
    [Theory]
    [InlineData(4, 6, 0.5, 12)]
    [InlineData(5, 7, 0.3, 25)]
    [InlineData(1, 9, 0.4, 6)]
    [InlineData(8, 8, 0.75, 16)]
    public void The_ratio_decides_how_many_tokens_are_left(long height, long width, double ratio, long left)
    {
        using var scope = NewDisposeScope();
        var tokens = randn(2, height * width, 3, generator: new Generator(1, CPU));
        var merged = TokenMerging.Create(tokens, height, width, ratio)!.Merge(tokens);
        Assert.Equal(new[] { 2, left, 3 }, merged.shape);
    }

    [Fact]
    public void Squares_of_equal_tokens_come_back_as_they_were()
    {
        using var scope = NewDisposeScope();
        var image = randn(2, 3, 4, 5, generator: new Generator(1, CPU)).repeat_interleave(2, 2).repeat_interleave(2, 3);
        var tokens = image.flatten(2).transpose(1, 2);
        foreach (var ratio in new[] { 0.1, 0.5, 0.75 })
        {
            var merging = TokenMerging.Create(tokens, 8, 10, ratio)!;
            TensorAssert.Close(tokens, merging.Unmerge(merging.Merge(tokens)), 1e-6, $"ratio {ratio}");
        }
    }

    [Fact]
    public void Tokens_that_are_not_merged_keep_their_own_result()
    {
        using var scope = NewDisposeScope();
        var tokens = randn(1, 30, 8, generator: new Generator(1, CPU));
        var merging = TokenMerging.Create(tokens, 5, 6, 0.2)!;
        var back = merging.Unmerge(merging.Merge(tokens));
        // 6 merge into at most 6 others; the mean changes those too.
        var unchanged = (back - tokens).abs().amax([2]).lt(1e-6).sum().item<long>();
        Assert.InRange(unchanged, 30 - 12, 30 - 7);
    }

    [Fact]
    public void Nothing_to_merge_is_exact()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        Assert.Null(TokenMerging.Create(zeros(1, 1, 4), 1, 1, 0.75));
        using var unet = TinyModels.UNet();
        using var text = unet.PrepareText(zeros(1, 3, TinyModels.TextWidth));
        var sample = randn(1, 4, 9, 7, generator: new Generator(4, CPU));
        var plain = unet.forward(sample, tensor(7L), text);
        Assert.True(Tensors.BitEqual(plain, unet.forward(sample, tensor(7L), text, null, new UNetApproximations())));
        Assert.InRange(TensorAssert.Difference(
            plain, unet.forward(sample, tensor(7L), text, null, new UNetApproximations(MergedTokens: 0.5))), 1e-6, 1);
    }
}
