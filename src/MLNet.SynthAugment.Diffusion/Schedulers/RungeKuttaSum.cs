using static MLNet.SynthAugment.Diffusion.KeptScalars;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Schedulers;

/// <summary>
/// Slope of the classical Runge-Kutta method: the mean of four slopes with weights 1, 2, 2, 1 (Liu et al. 2022,
/// equation 13).
/// </summary>
internal sealed class RungeKuttaSum
{
    private static readonly double[] s_weights = [1.0 / 6, 1.0 / 3, 1.0 / 3, 1.0 / 6];

    private Tensor? _sum;

    /// <summary>Adds the slope of one of the four calls.</summary>
    /// <returns>The slope to go on with: that of the call itself for the first three, the mean for the last.</returns>
    public Tensor Add(Tensor slope, int call)
    {
        var weighted = slope * Kept(s_weights[call]);
        var sum = _sum is null ? weighted : _sum.Plus(weighted);
        Clear();
        if (call == s_weights.Length - 1) return sum;
        _sum = sum.alias().DetachFromDisposeScope();
        return slope.alias();
    }

    public void Clear()
    {
        _sum?.Dispose();
        _sum = null;
    }
}
