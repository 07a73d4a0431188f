namespace MLNet.SynthAugment.Diffusion.Schedulers;

/// <summary>
/// Euler's method on the probability-flow ODE dx/dσ = (x − x₀)/σ, with optional churn (Karras et al. 2022, algorithm 2
/// without its second-order correction). Differentiable.
/// </summary>
public sealed class EulerDiscreteScheduler : Scheduler
{
    private readonly EulerChurn _churn;
    private readonly SigmaTable _table;

    /// <summary>Makes the scheduler.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="churn">Noise added before steps; none if not given.</param>
    /// <exception cref="InvalidDataException">A value of the configuration is out of range.</exception>
    public EulerDiscreteScheduler(SchedulerConfig config, EulerChurn? churn = null)
        : base(config) => (_churn, _table) = (churn ?? EulerChurn.None, new SigmaTable(NoiseSchedule));

    /// <inheritdoc/>
    protected override SamplingRun PlanRun(int steps)
    {
        var timesteps = TimestepSpacings.Fractional(Config, steps);
        var sigmas = Config.InterpolationType == InterpolationType.LogLinear
            ? LogLinear(steps) : [.. timesteps.Select(_table.At)];
        if (SigmaSpacings.Compute(
            Config, Config.SigmaMin ?? sigmas[^1], Config.SigmaMax ?? sigmas[0], steps) is { } chosen)
        {
            sigmas = chosen;
            timesteps = [.. sigmas.Select(sigma => (double)(float)_table.ToTimestep(sigma))];
        }
        if (Config is { TimestepType: TimestepType.Continuous, PredictionType: PredictionType.VPrediction })
            timesteps = [.. sigmas.Select(sigma => (double)(0.25f * MathF.Log((float)sigma)))];
        var last = Config.FinalSigmasType == FinalSigmasType.SigmaMin ? _table.Smallest : 0;
        return new Run(this, timesteps, [.. sigmas.Append(last).Select(sigma => (float)sigma)]);
    }

    // Steps + 1 levels; with the final 0 behind them, a run ends at the smallest σ of the schedule, as in diffusers.
    private double[] LogLinear(int steps)
    {
        var (last, first) = _table.LogarithmicRange;
        return [.. Enumerable.Range(0, steps + 1).Select(i => (double)MathF.Exp(first + (last - first) * i / steps))];
    }

    private sealed class Run(EulerDiscreteScheduler scheduler, double[] timesteps, float[] sigmas)
        : VarianceExplodingRun(scheduler, timesteps, sigmas)
    {
        public override bool NeedsNoise(int stepIndex) => Growth(stepIndex) > 0;

        protected override SchedulerStep Advance(Tensor modelOutput, int stepIndex, Tensor sample, Tensor? noise)
        {
            var sigma = Sigma(stepIndex);
            var raised = sigma * (1 + Growth(stepIndex));
            var exact = sample.to(ScalarType.Float32);
            var noisier = noise is null ? exact : exact.Plus(
                Kept((float)scheduler._churn.NoiseScale * MathF.Sqrt(raised * raised - sigma * sigma)) * noise);

            var original = Denoised(modelOutput, noisier, sigma, raised);
            var derivative = (noisier - original) / Kept(raised);
            var previous = noisier.Plus(derivative * Kept(Sigma(stepIndex + 1) - raised));
            return new SchedulerStep(previous.to(modelOutput.dtype), original);
        }

        private float Growth(int stepIndex) => scheduler._churn.Growth(Sigma(stepIndex), Sigmas.Count - 1);
    }
}

/// <summary>
/// Noise that Euler's method adds before a step, which raises σ by a factor (Karras et al. 2022, algorithm 2;
/// diffusers' <c>s_churn</c>, <c>s_tmin</c>, <c>s_tmax</c>, <c>s_noise</c>).
/// </summary>
public sealed record EulerChurn
{
    /// <summary>No added noise: the sampler is deterministic.</summary>
    public static EulerChurn None { get; } = new();

    /// <summary>Amount over the whole run, at least 0; the share of a step is capped at √2 − 1.</summary>
    public double Amount { get; init; }

    /// <summary>Smallest σ at which noise is added.</summary>
    public double MinSigma { get; init; }

    /// <summary>Largest σ at which noise is added.</summary>
    public double MaxSigma { get; init; } = double.PositiveInfinity;

    /// <summary>Standard deviation of the noise; slightly above 1 makes up for detail that the model loses.</summary>
    public double NoiseScale { get; init; } = 1;

    /// <summary>The share by which σ is raised before a step.</summary>
    internal float Growth(float sigma, int steps) =>
        sigma >= MinSigma && sigma <= MaxSigma ? (float)Math.Min(Amount / steps, Math.Sqrt(2) - 1) : 0;
}
