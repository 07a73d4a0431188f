namespace MLNet.SynthAugment.Diffusion.Schedulers;

/// <summary>
/// Denoising diffusion implicit models (Song et al. 2021, equation 12). Deterministic with <see cref="Eta"/> 0; with 1
/// it adds as much noise as DDPM.
/// </summary>
public sealed class DdimScheduler : Scheduler
{
    private readonly float _finalAlphaCumprod;

    /// <summary>Makes the scheduler.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="eta">Share of DDPM's noise that is added in each step, 0 to 1.</param>
    /// <param name="useClippedModelOutput">Whether ε is computed anew from the bounded x₀ (GLIDE does).</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="eta"/> is outside its range.</exception>
    /// <exception cref="InvalidDataException">A value of the configuration is out of range.</exception>
    public DdimScheduler(SchedulerConfig config, double eta = 0, bool useClippedModelOutput = false)
        : base(config)
    {
        if (eta is not (>= 0 and <= 1))
            throw new ArgumentOutOfRangeException(
                nameof(eta), eta, "eta must be 0 (deterministic) to 1 (as noisy as DDPM).");
        Eta = eta;
        UseClippedModelOutput = useClippedModelOutput;
        _finalAlphaCumprod = config.SetAlphaToOne ? 1 : NoiseSchedule.AlphasCumprod[0];
    }

    /// <summary>Share of DDPM's noise that is added in each step, 0 to 1.</summary>
    public double Eta { get; }

    /// <summary>Whether ε is computed anew from the bounded x₀.</summary>
    public bool UseClippedModelOutput { get; }

    /// <summary>ᾱ of a timestep; below 0, that of the end of sampling.</summary>
    /// <param name="timestep">A training timestep, or a negative number.</param>
    public float AlphaCumprod(int timestep) => timestep >= 0
        ? NoiseSchedule.AlphasCumprod[timestep] : _finalAlphaCumprod;

    /// <summary>
    /// ᾱ of the noise level that a step leads to; see <see cref="SchedulerConfig.PreviousTimestep"/>.
    /// </summary>
    /// <param name="run">A run of this scheduler.</param>
    /// <param name="stepIndex">Index in its <see cref="SamplingRun.Timesteps"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such step.</exception>
    public float PreviousAlphaCumprod(SamplingRun run, int stepIndex)
    {
        var timesteps = run.Timesteps;
        ArgumentOutOfRangeException.ThrowIfNegative(stepIndex);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(stepIndex, timesteps.Count);
        if (Config.PreviousTimestep == PreviousTimestep.FixedStride)
            return AlphaCumprod((int)timesteps[stepIndex] - Config.NumTrainTimesteps / timesteps.Count);
        return stepIndex + 1 < timesteps.Count ? AlphaCumprod((int)timesteps[stepIndex + 1]) : _finalAlphaCumprod;
    }

    /// <inheritdoc/>
    protected override SamplingRun PlanRun(int steps) => new Run(this, TimestepSpacings.Whole(Config, steps));

    private sealed class Run(DdimScheduler scheduler, double[] timesteps) : SamplingRun(scheduler, timesteps)
    {
        public override bool NeedsNoise(int stepIndex) => scheduler.Eta > 0;

        protected override SchedulerStep Advance(Tensor modelOutput, int stepIndex, Tensor sample, Tensor? noise)
        {
            var alpha = scheduler.AlphaCumprod(TrainTimestep(stepIndex));
            var previousAlpha = scheduler.PreviousAlphaCumprod(this, stepIndex);

            var original = OriginalSamplePrediction.Bound(
                Config, OriginalSamplePrediction.Original(Config, modelOutput, sample, alpha));
            var epsilon = scheduler.UseClippedModelOutput
                ? OriginalSamplePrediction.EpsilonOf(original, sample, alpha)
                : OriginalSamplePrediction.Epsilon(Config, modelOutput, sample, alpha);

            // Song et al. 2021, equation 16.
            var variance = (1 - previousAlpha) / (1 - alpha) * (1 - alpha / previousAlpha);
            var sigma = (float)scheduler.Eta * MathF.Sqrt(MathF.Max(variance, 0));
            var direction = Kept(MathF.Sqrt(MathF.Max(1 - previousAlpha - sigma * sigma, 0))) * epsilon;
            var previous = (Kept(MathF.Sqrt(previousAlpha)) * original).Plus(direction);
            return new SchedulerStep(noise is null ? previous : previous.Plus(Kept(sigma) * noise), original);
        }
    }
}
