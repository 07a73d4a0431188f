using static MLNet.SynthAugment.Diffusion.KeptScalars;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Seeds;

/// <summary>The parts of the loss of <see cref="NormAwareCentroid"/>, each of one element.</summary>
/// <param name="Integral">Σ |segment|·f(|midpoint|) over all paths: the log likelihood along them.</param>
/// <param name="Penalty">Σ max(0, |segment| − spacing).</param>
/// <param name="Loss">−Integral − f(|centroid|) + Penalty.</param>
public sealed record NormAwareTerms(Tensor Integral, Tensor Penalty, Tensor Loss)
{
    /// <summary>Computes the terms, differentiable with respect to paths and centroid.</summary>
    /// <param name="seeds">[N, d].</param>
    /// <param name="paths">[N, m, d].</param>
    /// <param name="centroid">[d].</param>
    /// <param name="spacing">Length of a segment from which on it is penalised.</param>
    public static NormAwareTerms Compute(Tensor seeds, Tensor paths, Tensor centroid, double spacing)
    {
        using var scope = NewDisposeScope();
        var (count, width) = (seeds.shape[0], seeds.shape[1]);
        var points = cat([seeds.unsqueeze(1), paths, centroid.reshape(1, 1, width).expand(count, 1, width)], 1);
        var (from, to) = (points.narrow(1, 0, points.shape[1] - 1), points.narrow(1, 1, points.shape[1] - 1));
        var lengths = (to - from).norm(2);
        var integral = (lengths * ChiDistribution.LogDensity((from.Plus(to) / Kept(2)).norm(2), width)).sum();
        var penalty = (lengths - Kept(spacing)).clamp_min(Kept(0)).sum();
        var loss = penalty - integral - ChiDistribution.LogDensity(centroid.norm(), width);
        return new NormAwareTerms(
            integral.MoveToOuterDisposeScope(), penalty.MoveToOuterDisposeScope(), loss.MoveToOuterDisposeScope());
    }
}
