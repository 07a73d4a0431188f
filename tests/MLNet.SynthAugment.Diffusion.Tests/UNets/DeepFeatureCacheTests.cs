using MLNet.SynthAugment.Diffusion.UNets;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Tests.UNets;

/// <summary>Deep features taken over from an earlier pass.</summary>
public sealed class DeepFeatureCacheTests
{
    [Fact]
    public void Interval_1_is_exact_to_the_bit()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var cache = new DeepFeatureCache(interval: 1, layers: 2);
        Run(cache, (plain, cached) => Assert.True(Tensors.BitEqual(plain, cached)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Between_whole_passes_only_the_outer_layers_are_new(int layers)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var cache = new DeepFeatureCache(interval: 2, layers);
        var differences = new List<double>();
        Run(cache, (plain, cached) => differences.Add(TensorAssert.Difference(plain, cached)));
        Assert.Equal([0, 0], [differences[0], differences[2]]);
        Assert.InRange(differences[1], 1e-6, 3);
        Assert.InRange(differences[3], 1e-6, 3);
    }

    [Fact]
    public void The_same_input_again_gives_the_same_output()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var unet = TinyModels.UNet();
        using var text = unet.PrepareText(randn(1, 3, TinyModels.TextWidth, generator: new Generator(3, CPU)));
        using var cache = new DeepFeatureCache(interval: 5, layers: 2);
        var sample = randn(2, 4, 9, 14, generator: new Generator(4, CPU));
        var whole = unet.forward(sample, tensor(7L), text, null, new UNetApproximations(cache));
        TensorAssert.Close(whole, unet.forward(sample, tensor(7L), text, null, new UNetApproximations(cache)), 1e-6);
    }

    [Fact]
    public void Disposing_leaves_no_tensor()
    {
        using var unet = TinyModels.UNet();
        using var _ = no_grad();
        using var text = unet.PrepareText(zeros(1, 3, TinyModels.TextWidth));
        using var sample = zeros(1, 4, 8, 8);
        using var time = tensor(7L);
        ResidentMemory.Bytes(); // Runs the finalizers of earlier tests, which would change the count.
        var before = Tensor.TotalCount;
        using (var cache = new DeepFeatureCache(interval: 2, layers: 2))
        {
            for (var pass = 0; pass < 4; pass++)
                unet.forward(sample, time, text, null, new UNetApproximations(cache)).Dispose();
            Assert.Equal(before + 1, Tensor.TotalCount);
        }
        Assert.Equal(before, Tensor.TotalCount);
    }

    private static void Run(DeepFeatureCache cache, Action<Tensor, Tensor> compare)
    {
        using var unet = TinyModels.UNet();
        using var text = unet.PrepareText(randn(1, 3, TinyModels.TextWidth, generator: new Generator(3, CPU)));
        for (var pass = 0; pass < 4; pass++)
        {
            var sample = randn(2, 4, 8, 8, generator: new Generator((ulong)pass, CPU));
            compare(unet.forward(sample, tensor(7L), text),
                unet.forward(sample, tensor(7L), text, null, new UNetApproximations(cache)));
        }
    }
}
