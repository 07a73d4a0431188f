namespace MLNet.SynthAugment.Diffusion.Schedulers;

/// <summary>
/// Euler steps to a lower σ than asked for, made up for by fresh noise (ancestral sampling in the scale x₀ + σ·ε): the
/// posterior of the forward process as in DDPM. Adds noise in every step.
/// </summary>
public sealed class EulerAncestralDiscreteScheduler : Scheduler
{
    private readonly SigmaTable _table;

    /// <summary>Makes the scheduler.</summary>
    /// <param name="config">The configuration.</param>
    /// <exception cref="InvalidDataException">A value of the configuration is out of range or not
    /// supported.</exception>
    public EulerAncestralDiscreteScheduler(SchedulerConfig config)
        : base(config)
    {
        if (config.PredictionType == PredictionType.Sample)
            throw new InvalidDataException(
                "prediction_type 'sample' is not supported by the Euler ancestral sampler; choose Euler or DDIM.");
        _table = new SigmaTable(NoiseSchedule);
    }

    /// <inheritdoc/>
    protected override SamplingRun PlanRun(int steps)
    {
        var timesteps = TimestepSpacings.Fractional(Config, steps);
        return new Run(this, timesteps, [.. timesteps.Select(timestep => (float)_table.At(timestep)), 0]);
    }

    private sealed class Run(Scheduler scheduler, double[] timesteps, float[] sigmas)
        : VarianceExplodingRun(scheduler, timesteps, sigmas)
    {
        public override bool NeedsNoise(int stepIndex) => true;

        protected override SchedulerStep Advance(Tensor modelOutput, int stepIndex, Tensor sample, Tensor? noise)
        {
            var (sigma, nextSigma) = (Sigma(stepIndex), Sigma(stepIndex + 1));
            var up = MathF.Sqrt(nextSigma * nextSigma * (sigma * sigma - nextSigma * nextSigma) / (sigma * sigma));
            var down = MathF.Sqrt(nextSigma * nextSigma - up * up);

            var exact = sample.to(ScalarType.Float32);
            var original = Denoised(modelOutput, exact, sigma, sigma);
            var derivative = (exact - original) / Kept(sigma);
            var previous = exact.Plus(derivative * Kept(down - sigma)).Plus(Kept(up) * noise!);
            return new SchedulerStep(previous.to(modelOutput.dtype), original);
        }
    }
}
