namespace MLNet.SynthAugment.Diffusion.Schedulers;

/// <summary>
/// Multistep consistency sampling of latent consistency models (Luo et al. 2023, algorithm 3): each step jumps to the
/// clean sample, and all but the last go back to the noise level of the next. For models distilled for it, in 1 to 8
/// steps.
/// </summary>
/// <param name="config">The configuration.</param>
/// <exception cref="InvalidDataException">A value of the configuration is out of range.</exception>
public sealed class LcmScheduler(SchedulerConfig config) : Scheduler(config)
{
    private const double DataDeviation = 0.5;

    /// <inheritdoc/>
    protected override SamplingRun PlanRun(int steps)
    {
        var original = Config.OriginalInferenceSteps;
        if (original > Config.NumTrainTimesteps)
            throw new InvalidDataException(
                $"original_inference_steps {original} exceeds num_train_timesteps {Config.NumTrainTimesteps}.");
        if (steps > original)
            throw new ArgumentOutOfRangeException(
                nameof(steps), steps, $"LCM takes its steps out of the {original} of original_inference_steps, so no "
                    + "more than that.");
        var stride = Config.NumTrainTimesteps / original;
        var skip = (double)original / steps;
        return new Run(this,
            [.. Enumerable.Range(0, steps).Select(i => (double)(original - (int)(i * skip)) * stride - 1)]);
    }

    private sealed class Run(LcmScheduler scheduler, double[] timesteps) : SamplingRun(scheduler, timesteps)
    {
        public override bool NeedsNoise(int stepIndex) => stepIndex < Timesteps.Count - 1;

        protected override SchedulerStep Advance(Tensor modelOutput, int stepIndex, Tensor sample, Tensor? noise)
        {
            var timestep = TrainTimestep(stepIndex);
            var original = OriginalSamplePrediction.Bound(Config, OriginalSamplePrediction.Original(
                Config, modelOutput, sample, NoiseSchedule.AlphasCumprod[timestep]));
            // Luo et al. 2023, section 4.1: the boundary condition, by which timestep 0 would keep the sample.
            var time = timestep * Config.TimestepScaling;
            var norm = time * time + DataDeviation * DataDeviation;
            var denoised = (Kept(time / Math.Sqrt(norm)) * original).Plus(
                Kept(DataDeviation * DataDeviation / norm) * sample);
            return new SchedulerStep(
                noise is null ? denoised.alias() : AddNoiseAtStep(denoised, noise, stepIndex + 1), denoised);
        }
    }
}
