using MathNet.Numerics;
using static MLNet.SynthAugment.Diffusion.KeptScalars;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Seeds;

/// <summary>
/// The distribution of the norm of d independent unit normal numbers: seeds of a diffusion model lie near norm √d.
/// </summary>
public static class ChiDistribution
{
    /// <summary>log p(r) = (d−1)·ln r − r²/2 − ((d/2−1)·ln 2 + lnΓ(d/2)), differentiable.</summary>
    /// <param name="norms">Norms r above 0, of any shape.</param>
    /// <param name="dimensions">Number d of the numbers, at least 1.</param>
    /// <returns>Of the shape of the norms.</returns>
    public static Tensor LogDensity(Tensor norms, long dimensions)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimensions, 1);
        using var scope = NewDisposeScope();
        var constant = (dimensions / 2.0 - 1) * Math.Log(2) + SpecialFunctions.GammaLn(dimensions / 2.0);
        return (Kept(dimensions - 1) * norms.log() - norms.Squared() / Kept(2) - Kept(
            constant)).MoveToOuterDisposeScope();
    }
}
