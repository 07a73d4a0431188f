using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace StandIns.Tests.Torch;

/// <summary>Nothing ends the process; libtorch's message arrives without its C++ stack.</summary>
public class ErrorTests
{
    [Fact]
    public void Products_of_unfit_shapes()
    {
        using var scope = NewDisposeScope();
        var error = Assert.Throws<ExternalException>(() => ones(2, 3).matmul(ones(2, 3)));
        Assert.Equal("mat1 and mat2 shapes cannot be multiplied (2x3 and 2x3)", error.Message);
        Assert.DoesNotContain("Exception raised from", error.Message);
    }

    [Fact]
    public void Sums_views_and_indices_that_do_not_fit()
    {
        using var scope = NewDisposeScope();
        Assert.Throws<ExternalException>(() => ones(2) + ones(3));
        Assert.Throws<ExternalException>(() => ones(2).view(3));
        Assert.Throws<ExternalException>(() => ones(2).index_select(0, tensor(new long[] { 5 })));
        Assert.Throws<ExternalException>(() => ones(2)[4]);
        Assert.Throws<ExternalException>(() => nn.functional.conv2d(ones(1, 3, 4, 4), ones(2, 4, 3, 3)));
        Assert.Throws<ExternalException>(() => einsum("ab,bc->ac", ones(2, 3), ones(2, 3)));
    }

    [Fact]
    public void Gradients_that_cannot_be()
    {
        using var scope = NewDisposeScope();
        var x = ones(1, requires_grad: true);
        var y = (x * x).sum();
        y.backward();
        Assert.Contains("second time", Assert.Throws<ExternalException>(() => y.backward()).Message);
        Assert.Throws<ExternalException>(() => ones(1).backward());
        Assert.Throws<ExternalException>(() => ones(1, dtype: ScalarType.Int64).requires_grad_());
        Assert.Throws<ExternalException>(() => x.grad = ones(5));
    }

    [Fact]
    public void A_device_that_is_not_there()
    {
        if (cuda.is_available())
            return;
        Assert.Throws<InvalidOperationException>(() => zeros(2, device: new Device("cuda:0")));
        Assert.Throws<ArgumentException>(() => new Device("abacus"));
    }
}
