namespace MLNet.SynthAugment.Diffusion.Schedulers;

/// <summary>
/// Denoising diffusion probabilistic models: ancestral sampling from the posterior of the forward process
/// (Ho et al. 2020, algorithm 2). Adds noise in every step whose timestep is above 0.
/// </summary>
/// <param name="config">The configuration.</param>
/// <exception cref="InvalidDataException">A value of the configuration is out of range.</exception>
public sealed class DdpmScheduler(SchedulerConfig config) : Scheduler(config)
{
    private const float MinVariance = 1e-20f;

    /// <inheritdoc/>
    protected override SamplingRun PlanRun(int steps) => new Run(this, TimestepSpacings.Whole(Config, steps));

    private sealed class Run(DdpmScheduler scheduler, double[] timesteps) : SamplingRun(scheduler, timesteps)
    {
        public override bool NeedsNoise(int stepIndex) => TrainTimestep(stepIndex) > 0;

        protected override SchedulerStep Advance(Tensor modelOutput, int stepIndex, Tensor sample, Tensor? noise)
        {
            var alphaCumprod = NoiseSchedule.AlphasCumprod[TrainTimestep(stepIndex)];
            var previousAlphaCumprod = stepIndex + 1 < Timesteps.Count
                ? NoiseSchedule.AlphasCumprod[TrainTimestep(stepIndex + 1)] : 1;
            var alpha = alphaCumprod / previousAlphaCumprod;
            var beta = 1 - alpha;

            var original = OriginalSamplePrediction.Bound(
                Config, OriginalSamplePrediction.Original(Config, modelOutput, sample, alphaCumprod));
            // Ho et al. 2020, equation 7: the posterior mean.
            var originalWeight = MathF.Sqrt(previousAlphaCumprod) * beta / (1 - alphaCumprod);
            var sampleWeight = MathF.Sqrt(alpha) * (1 - previousAlphaCumprod) / (1 - alphaCumprod);
            var previous = (Kept(originalWeight) * original).Plus(Kept(sampleWeight) * sample);
            if (noise is null) return new SchedulerStep(previous, original);
            var posteriorVariance = (1 - previousAlphaCumprod) / (1 - alphaCumprod) * beta;
            return new SchedulerStep(
                previous.Plus(Kept(StandardDeviation(beta, posteriorVariance)) * noise), original);
        }

        private float StandardDeviation(float beta, float posteriorVariance) => Config.VarianceType switch
        {
            VarianceType.FixedLarge => MathF.Sqrt(MathF.Max(beta, MinVariance)),
            _ => MathF.Sqrt(MathF.Max(posteriorVariance, MinVariance)),
        };
    }
}
