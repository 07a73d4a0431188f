using MLNet.SynthAugment.Diffusion.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Tests.Training;

public class FlatAdamWTests
{
    [Fact]
    public void Flat_updates_equal_those_of_the_librarys_optimiser()
    {
        using var scope = NewDisposeScope();
        Tensor[] start = [linspace(-1, 1, 6).reshape(2, 3), linspace(0.5, 2, 4)];
        using var flat = new FlatParameters(start, CPU);
        using var adam = new FlatAdamW(flat, weightDecay: 0.01);
        var reference = start.Select(value => new Parameter(value.clone())).ToList();
        var optimizer = optim.AdamW(reference, lr: 0.1, weight_decay: 0.01);
        for (var step = 0; step < 5; step++)
        {
            flat.Gradients.zero_();
            Loss(flat.Leaves).backward();
            adam.Update(0.1, step);
            optimizer.zero_grad();
            Loss([.. reference]).backward();
            optimizer.step();
        }
        for (var i = 0; i < start.Length; i++)
        {
            TensorAssert.Close(reference[i], flat.Leaves[i], 1e-6);
            Assert.True(TensorAssert.Difference(start[i], flat.Leaves[i]) > 0.1);
        }

        static Tensor Loss(IReadOnlyList<Tensor> values) =>
            values[0].pow(2).sum() * values[1].sin().sum() + values[1].pow(3).sum();
    }

    [Fact]
    public void Gradients_of_all_tensors_lie_in_one_buffer_and_an_unused_one_stays_zero()
    {
        using var scope = NewDisposeScope();
        using var flat = new FlatParameters([ones(2, 2), ones(3), ones(1)], CPU);
        for (var pass = 0; pass < 2; pass++)
        {
            flat.Gradients.zero_();
            (flat.Leaves[0].sum() * 2 + flat.Leaves[2].sum() * 5).backward();
            Assert.Equal([2, 2, 2, 2, 0, 0, 0, 5], flat.Gradients.data<float>().ToArray());
        }
    }
}
