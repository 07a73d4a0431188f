using static TorchSharp.torch;

namespace StandIns.Tests.Torch;

/// <summary>Gradients and the modes that switch them off.</summary>
public class AutogradTests
{
    [Fact]
    public void Gradients_of_gradients()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new float[] { 1, 2, 3 }, requires_grad: true);
        var gradient = autograd.grad([(x * x).sum()], [x], create_graph: true)[0];
        Assert.Equal([2f, 4f, 6f], gradient.data<float>().ToArray());
        var second = autograd.grad([gradient.sum()], [x])[0];
        Assert.Equal([2f, 2f, 2f], second.data<float>().ToArray());
    }

    [Fact]
    public void Backward_adds_up_and_each_read_is_a_new_object()
    {
        using var scope = NewDisposeScope();
        var x = ones(2, requires_grad: true);
        Assert.Null(x.grad);
        (x * 3).sum().backward();
        (x * 3).sum().backward();
        Assert.Equal([6f, 6f], x.grad!.data<float>().ToArray());
        Assert.NotSame(x.grad, x.grad);
        x.grad = null;
        Assert.Null(x.grad);
    }

    [Fact]
    public void Modes_end_with_their_blocks()
    {
        using var scope = NewDisposeScope();
        var x = ones(1, requires_grad: true);
        using (no_grad())
        {
            Assert.False((x * 2).requires_grad);
            using (enable_grad())
                Assert.True((x * 2).requires_grad);
        }
        using (inference_mode())
            Assert.False((x * 2).requires_grad);
        Assert.True((x * 2).requires_grad);
    }

    [Fact]
    public void An_unused_input_has_no_gradient()
    {
        using var scope = NewDisposeScope();
        var (x, unused) = (ones(1, requires_grad: true), ones(1, requires_grad: true));
        Assert.Null(autograd.grad([x.sum()], [x, unused], allow_unused: true)[1]);
    }
}
