using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Tests;

public static class TensorAssert
{
    /// <summary>Fails unless shapes are equal and no element differs by more than the tolerance.</summary>
    public static void Close(Tensor expected, Tensor actual, double tolerance, string what = "tensor")
    {
        Assert.True(expected.shape.SequenceEqual(actual.shape),
            $"{what}: shape [{string.Join(", ", actual.shape)}], expected [{string.Join(", ", expected.shape)}]");
        var difference = Difference(expected, actual);
        Assert.True(difference <= tolerance, $"{what}: max abs difference {difference:G3}, tolerance {tolerance:G3}");
    }

    /// <summary>As <see cref="Close"/>, the tolerance being a part of the largest absolute value expected.</summary>
    public static void CloseRelative(Tensor expected, Tensor actual, double tolerance, string what = "tensor")
    {
        using var largest = expected.detach().abs().max();
        Close(expected, actual, tolerance * largest.to(ScalarType.Float64).item<double>(), what);
    }

    /// <summary>The largest absolute difference; infinite if there is a NaN.</summary>
    public static double Difference(Tensor expected, Tensor actual)
    {
        using var scope = NewDisposeScope();
        var difference = (expected.detach().to(ScalarType.Float64) - actual.detach().cpu().to(ScalarType.Float64)).abs()
            .max().item<double>();
        return double.IsNaN(difference) ? double.PositiveInfinity : difference;
    }
}
