namespace MLNet.SynthAugment.Evaluation;

/// <summary>
/// The Fréchet distance between two sets of feature vectors taken for Gaussians, FID (Heusel et al. 2017, equation 6):
/// ‖μ₁ − μ₂‖² + tr(Σ₁ + Σ₂ − 2(Σ₁Σ₂)^½). From 0 up, smaller is better; its unit is that of the squared features. It
/// depends on the number of rows (more rows, smaller values), so compare only values of equally large sets.
/// </summary>
/// <remarks>
/// tr(Σ₁Σ₂)^½ is computed as the sum of the singular values of F₁F₂ᵀ, where FᵀF = Σ: with F = Σ^½ these are the roots
/// of the eigenvalues of Σ₁^½Σ₂Σ₁^½. No root of a matrix that is not symmetric is taken, and no eigenvalue is squared
/// and rooted again, so the result is neither NaN nor negative where Σ is singular. With fewer rows than dimensions F
/// is the rows' deviations from their mean, a matrix as small as the sample.
/// </remarks>
public static class FrechetDistance
{
    /// <summary>The distance between two samples.</summary>
    /// <param name="real">Vectors of length D, at least 2.</param>
    /// <param name="synthetic">Vectors of length D, at least 2.</param>
    /// <exception cref="ArgumentException">A set has fewer than 2 vectors, the lengths differ, or a value is not
    /// finite.</exception>
    public static double Compute(IReadOnlyList<float[]> real, IReadOnlyList<float[]> synthetic)
    {
        FeatureChecks.RequirePair(real, synthetic);
        FeatureChecks.RequireRows("FID", 2, real.Count, synthetic.Count);
        return Compute(GaussianMoments.Of(real), GaussianMoments.Of(synthetic));
    }

    /// <summary>The distance between two Gaussians.</summary>
    /// <exception cref="ArgumentException">Their dimensions differ.</exception>
    public static double Compute(GaussianMoments first, GaussianMoments second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        if (first.Mean.Count != second.Mean.Count)
            throw new ArgumentException($"The Gaussians have {first.Mean.Count} and {second.Mean.Count} dimensions.");
        var means = first.Mean.Zip(second.Mean, (a, b) => (a - b) * (a - b)).Sum();
        var overlap = first.Factor.TransposeAndMultiply(second.Factor).Svd(computeVectors: false).S.Sum();
        // Below 0 by rounding alone.
        return Math.Max(0, means + first.Trace + second.Trace - 2 * overlap);
    }
}
