using MLNet.SynthAugment.Diffusion;
using MLNet.SynthAugment.Pretraining.Optimization;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Pretraining.Tests;

public sealed class AveragedAdamWTests
{
    private const int Steps = 5;

    [Fact]
    public void StepsEqualTheLibrarysAdamW()
    {
        using var scope = NewDisposeScope();
        var start = Noise.Normal(new NoiseKey(1), [3, 4]);
        using var ours = new Parameter(start.clone());
        using var theirs = new Parameter(start.clone());
        using var averaged = new AveragedAdamW([("weight", ours)]);
        using var library = optim.AdamW([theirs], lr: 0.01, beta1: 0.9, beta2: 0.99, eps: 1e-8, weight_decay: 0.01);
        for (var step = 1; step <= Steps; step++)
        {
            Loss(ours, step).backward();
            Loss(theirs, step).backward();
            nn.utils.clip_grad_norm_([theirs], 1);
            averaged.Step(0.01, step);
            library.step();
            library.zero_grad();
            Assert.True((ours - theirs).abs().max().item<float>() < 1e-6f, $"step {step}");
        }
    }

    [Fact]
    public void AveragesFollowTheWeightsAndSwapBack()
    {
        using var scope = NewDisposeScope();
        using var weight = new Parameter(ones(2));
        using var optimizer = new AveragedAdamW([("weight", weight)]);
        // In the first step the average's memory is (1 + 1) / (10 + 1).
        weight.sum().backward();
        optimizer.Step(0.1, 1);
        var moved = weight.detach().clone();
        optimizer.SwapAverages();
        Assert.Equal((2 / 11.0) + (9 / 11.0 * moved[0].item<float>()), weight[0].item<float>(), 5);
        optimizer.SwapAverages();
        Assert.True(Tensors.BitEqual(moved, weight));
    }

    private static Tensor Loss(Tensor weight, int step) => ((weight * step) - 1).square().sum();
}
