namespace MLNet.SynthAugment.Diffusion.Schedulers;

/// <summary>
/// Weights of one DPM-Solver step: next = Sample·x + D0·d₀ + D1·d₁ + D2·d₂ + Noise·z, where d₀ is the newest prediction
/// and d₁, d₂ its scaled first and second differences (Lu et al. 2022a, 2022b, appendices B).
/// </summary>
internal readonly record struct DpmSolverCoefficients(double Sample, double D0, double D1, double D2, double Noise)
{
    /// <summary>The weights of a step.</summary>
    /// <param name="algorithm">Which equation is solved.</param>
    /// <param name="exact">Whether d₁'s weight is integrated exactly (Heun, third order) or half of d₀'s
    /// (midpoint).</param>
    /// <param name="from">Noise level at the start.</param>
    /// <param name="to">Noise level at the end.</param>
    public static DpmSolverCoefficients Compute(
        AlgorithmType algorithm, bool exact, DpmNoiseLevel from, DpmNoiseLevel to)
    {
        var h = to.Lambda - from.Lambda;
        // Of a step of length 0 nothing but the sample remains.
        if (h == 0) return new DpmSolverCoefficients(1, 0, 0, 0, 0);
        var (shrink, grow) = (Math.Exp(-h) - 1, Math.Exp(h) - 1);
        var twice = 1 - Math.Exp(-2 * h);
        var weights = algorithm switch
        {
            AlgorithmType.DpmSolverPlusPlus => new DpmSolverCoefficients(
                to.Sigma / from.Sigma,
                -to.Alpha * shrink,
                to.Alpha * (shrink / h + 1),
                -to.Alpha * ((shrink + h) / (h * h) - 0.5),
                0),
            AlgorithmType.DpmSolver => new DpmSolverCoefficients(
                to.Alpha / from.Alpha,
                -to.Sigma * grow,
                -to.Sigma * (grow / h - 1),
                -to.Sigma * ((grow - h) / (h * h) - 0.5),
                0),
            AlgorithmType.SdeDpmSolverPlusPlus => new DpmSolverCoefficients(
                to.Sigma / from.Sigma * Math.Exp(-h),
                to.Alpha * twice,
                to.Alpha * (1 - twice / (2 * h)),
                to.Alpha * ((twice - 2 * h) / (4 * h * h) - 0.5),
                to.Sigma * Math.Sqrt(twice)),
            _ => new DpmSolverCoefficients(
                to.Alpha / from.Alpha,
                -2 * to.Sigma * grow,
                -2 * to.Sigma * (grow / h - 1),
                0,
                to.Sigma * Math.Sqrt(Math.Exp(2 * h) - 1)),
        };
        return exact ? weights : weights with { D1 = weights.D0 / 2, D2 = 0 };
    }
}

/// <summary>A noise level x = Alpha·x₀ + Sigma·ε with Alpha² + Sigma² = 1.</summary>
/// <param name="Alpha">Share of the clean sample.</param>
/// <param name="Sigma">Share of the noise.</param>
/// <param name="Lambda">log(Alpha / Sigma), half the log signal-to-noise ratio; infinite without noise.</param>
internal readonly record struct DpmNoiseLevel(double Alpha, double Sigma, double Lambda)
{
    /// <summary>The level of a ratio σ = Sigma / Alpha.</summary>
    public static DpmNoiseLevel Of(double ratio)
    {
        var alpha = 1 / Math.Sqrt(ratio * ratio + 1);
        return new DpmNoiseLevel(alpha, ratio * alpha, -Math.Log(ratio));
    }
}
