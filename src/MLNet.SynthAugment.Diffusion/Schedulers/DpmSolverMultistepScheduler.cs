namespace MLNet.SynthAugment.Diffusion.Schedulers;

/// <summary>
/// DPM-Solver and DPM-Solver++ (Lu et al. 2022a, 2022b), multistep, of order 1 to 3, as ODE or SDE. With
/// <see cref="SchedulerConfig.UseKarrasSigmas"/> and order 2 it is what user interfaces call "DPM++ 2M Karras".
/// </summary>
/// <remarks>
/// Whatever step a run starts with is of first order, the next of second at most, as there are earlier predictions.
/// </remarks>
public sealed class DpmSolverMultistepScheduler : Scheduler
{
    // Runs of fewer steps end with steps of lower order, which are more stable.
    private const int FewSteps = 15;

    private readonly SigmaTable _table;

    /// <summary>Makes the scheduler.</summary>
    /// <param name="config">The configuration.</param>
    /// <exception cref="InvalidDataException">A value of the configuration is out of range or not
    /// supported.</exception>
    public DpmSolverMultistepScheduler(SchedulerConfig config)
        : base(config)
    {
        if (!PredictsOriginal && config.FinalSigmasType == FinalSigmasType.Zero)
            throw new InvalidDataException(
                "algorithm_type 'dpmsolver' and 'sde-dpmsolver' cannot end at σ = 0: set final_sigmas_type to "
                    + "'sigma_min', or take 'dpmsolver++'.");
        if (config is { AlgorithmType: AlgorithmType.SdeDpmSolver, SolverOrder: 3 })
            throw new InvalidDataException(
                "algorithm_type 'sde-dpmsolver' has orders 1 and 2; solver_order 3 needs 'sde-dpmsolver++' or one of "
                    + "the others.");
        if (config.UseFlowSigmas)
            throw new InvalidDataException("use_flow_sigmas (flow matching) is not supported.");
        _table = new SigmaTable(NoiseSchedule);
    }

    private bool PredictsOriginal =>
        Config.AlgorithmType is AlgorithmType.DpmSolverPlusPlus or AlgorithmType.SdeDpmSolverPlusPlus;

    /// <inheritdoc/>
    protected override SamplingRun PlanRun(int steps)
    {
        var (timesteps, sigmas) = DpmSolverSpacing.Compute(Config, _table, steps);
        var last = Config.FinalSigmasType == FinalSigmasType.SigmaMin ? _table.Smallest : 0;
        double[] exact = [.. sigmas.Append(last).Select(sigma => (double)(float)sigma)];
        return new Run(this, timesteps, exact, [.. exact.Select(DpmNoiseLevel.Of)]);
    }

    private sealed class Run(
        DpmSolverMultistepScheduler scheduler, double[] timesteps, double[] sigmas, DpmNoiseLevel[] levels)
        : SamplingRun(scheduler, timesteps)
    {
        private readonly PredictionHistory _history = new(scheduler.Config.SolverOrder);

        public override IReadOnlyList<double> Sigmas => sigmas;

        public override bool UsesEarlierSteps => Config.SolverOrder > 1;

        public override bool NeedsNoise(int stepIndex) =>
            Config.AlgorithmType is AlgorithmType.SdeDpmSolver or AlgorithmType.SdeDpmSolverPlusPlus;

        public override Tensor AddNoiseAtStep(Tensor original, Tensor noise, int stepIndex)
        {
            RequireStep(stepIndex);
            using var scaledNoise = noise * Kept(levels[stepIndex].Sigma);
            using var scaledOriginal = original * Kept(levels[stepIndex].Alpha);
            return scaledOriginal.Plus(scaledNoise);
        }

        public override void Dispose()
        {
            base.Dispose();
            _history.Clear();
        }

        protected override SchedulerStep Advance(Tensor modelOutput, int stepIndex, Tensor sample, Tensor? noise)
        {
            var alphaCumprod = (float)(levels[stepIndex].Alpha * levels[stepIndex].Alpha);
            var original = OriginalSamplePrediction.Original(Config, modelOutput, sample, alphaCumprod);
            if (Config.Thresholding) original = OriginalSamplePrediction.Bound(Config, original);
            _history.Add(scheduler.PredictsOriginal ? original
                : Config.Thresholding ? OriginalSamplePrediction.EpsilonOf(original, sample, alphaCumprod)
                : OriginalSamplePrediction.Epsilon(Config, modelOutput, sample, alphaCumprod));
            return new SchedulerStep(Update(sample, stepIndex, noise), original);
        }

        private Tensor Update(Tensor sample, int stepIndex, Tensor? noise)
        {
            var order = StepOrder(stepIndex);
            var (from, to) = (levels[stepIndex], levels[stepIndex + 1]);
            var weights = DpmSolverCoefficients.Compute(
                Config.AlgorithmType, order == 3 || Config.SolverType == SolverType.Heun, from, to);
            var next = (Kept(weights.Sample) * sample).Plus(Kept(weights.D0) * _history[0]);
            if (noise is not null) next = next.Plus(Kept(weights.Noise) * noise);
            if (order == 1) return next;

            var h = to.Lambda - from.Lambda;
            var newest = (_history[0] - _history[1]) * Kept(h / (from.Lambda - levels[stepIndex - 1].Lambda));
            if (order == 2) return next.Plus(Kept(weights.D1) * newest);

            var older = (_history[1] - _history[2]) * Kept(
                h / (levels[stepIndex - 1].Lambda - levels[stepIndex - 2].Lambda));
            var ratio = (from.Lambda - levels[stepIndex - 1].Lambda) / h;
            var span = (from.Lambda - levels[stepIndex - 2].Lambda) / h;
            return next.Plus(Kept(weights.D1) * newest.Plus(Kept(ratio / span) * (newest - older)))
                .Plus(Kept(weights.D2) * ((newest - older) / Kept(span)));
        }

        private int StepOrder(int stepIndex)
        {
            var remaining = Timesteps.Count - 1 - stepIndex;
            var few = Config.LowerOrderFinal && Timesteps.Count < FewSteps;
            var highest = remaining switch
            {
                0 when few || Config.EulerAtFinal || Config.FinalSigmasType == FinalSigmasType.Zero => 1,
                1 when few => 2,
                _ => Config.SolverOrder,
            };
            // Equal noise levels, which very many steps lead to, have no difference to divide by.
            var distinct = 1;
            while (distinct < _history.Count
                && levels[stepIndex - distinct].Lambda < levels[stepIndex - distinct + 1].Lambda) distinct++;
            return Math.Min(highest, Math.Min(distinct,
                levels[stepIndex + 1].Lambda > levels[stepIndex].Lambda ? 3 : 1));
        }
    }
}

/// <summary>Timesteps and noise levels of a DPM-Solver run.</summary>
internal static class DpmSolverSpacing
{
    private const double RoundingOfLogarithms = 1e-3;

    /// <summary>The timesteps, whole numbers, and their σ without the one after the last step.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The spacing does not allow so many steps.</exception>
    public static (double[] Timesteps, double[] Sigmas) Compute(SchedulerConfig config, SigmaTable table, int steps)
    {
        if (ChosenSigmas(config, table, steps) is { } sigmas)
            return ([.. sigmas.Select(sigma => Whole(config, table.ToTimestep(sigma)))], sigmas);

        var usable = config.LambdaMinClipped is { } bound
            ? table.CountWithLogSnrAtLeast(bound) : config.NumTrainTimesteps;
        var timesteps = TimestepSpacings.DpmSolver(config, steps, usable);
        if (timesteps.Length == 0 || (timesteps.Length > 1 && timesteps[0] == timesteps[^1]))
            throw new ArgumentOutOfRangeException(
                nameof(steps), steps, $"DPM-Solver cannot take so many steps out of {usable} timesteps with this "
                    + "timestep_spacing.");
        return (timesteps, [.. timesteps.Select(table.At)]);
    }

    // As diffusers has it: to the nearest for two of the spacings, but not on cosine schedules, else downwards. The
    // ends of the schedule miss their whole number by rounding only.
    private static double Whole(SchedulerConfig config, double timestep) =>
        (config.UseKarrasSigmas || config.UseLuLambdas) && config.BetaSchedule != BetaSchedule.SquaredcosCapV2
            ? Math.Round(timestep)
            : Math.Floor(timestep + RoundingOfLogarithms);

    private static double[]? ChosenSigmas(SchedulerConfig config, SigmaTable table, int steps)
    {
        if (!config.UseLuLambdas || config.UseKarrasSigmas)
            return SigmaSpacings.Compute(config, table.Smallest, table.Largest, steps);
        var (smallest, largest) = table.LogarithmicRange;
        return [.. Enumerable.Range(0, steps)
            .Select(i => Math.Exp(steps == 1 ? largest : largest + (double)i / (steps - 1) * (smallest - largest)))];
    }
}

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
