namespace MLNet.SynthAugment.Diffusion.Schedulers;

/// <summary>
/// Pseudo numerical methods for diffusion models (Liu et al. 2022): a linear multistep method of order 4 whose first
/// steps are either Runge-Kutta steps of four model calls, or (<see cref="SchedulerConfig.SkipPrkSteps"/>, as in Stable
/// Diffusion) steps of growing order, of which the first is done twice, so that a run makes one model call more than it
/// has steps.
/// </summary>
/// <remarks>
/// A run may start at a later step (image-to-image); its first two calls then are the doubled one, as in diffusers.
/// </remarks>
public sealed class PndmScheduler : Scheduler
{
    private const int RungeKuttaSteps = 3;
    private const int Order = 4;
    private const int EndOfRun = -1;

    private readonly float _finalAlphaCumprod;

    /// <summary>Makes the scheduler.</summary>
    /// <param name="config">The configuration.</param>
    /// <exception cref="InvalidDataException">A value of the configuration is out of range or not
    /// supported.</exception>
    public PndmScheduler(SchedulerConfig config)
        : base(config)
    {
        if (config.PredictionType == PredictionType.Sample)
            throw new InvalidDataException(
                "prediction_type 'sample' is not supported by PNDM; choose DDIM or DPM-Solver.");
        if (config.RescaleBetasZeroSnr)
            throw new InvalidDataException(
                "rescale_betas_zero_snr is not supported by PNDM, which cannot leave pure noise; choose DDIM, Euler "
                    + "or DPM-Solver.");
        _finalAlphaCumprod = config.SetAlphaToOne ? 1 : NoiseSchedule.AlphasCumprod[0];
    }

    private bool FollowsRun => Config.PreviousTimestep == PreviousTimestep.NextInRun;

    /// <inheritdoc/>
    protected override SamplingRun PlanRun(int steps)
    {
        if (!Config.SkipPrkSteps && steps <= RungeKuttaSteps)
            throw new ArgumentOutOfRangeException(
                nameof(steps), steps, $"PNDM with Runge-Kutta steps needs at least {RungeKuttaSteps + 1} steps; set "
                    + "skip_prk_steps for fewer.");
        var stride = Config.NumTrainTimesteps / steps;
        var grid = TimestepSpacings.Whole(Config, steps);
        if (Config.SkipPrkSteps)
            return new Run(this, grid.Length == 1 ? grid : [grid[0], grid[1], .. grid[1..]], grid, stride);
        // Each of these steps calls the model at its start, twice in its middle, and at its end.
        var doubled = grid[..RungeKuttaSteps].Zip(grid[1..], (start, end) =>
            new[] { start, Middle(start, end), Middle(start, end), end });
        return new Run(this, [.. doubled.SelectMany(calls => calls), .. grid[RungeKuttaSteps..]], grid, stride);

        double Middle(double start, double end) => end + (FollowsRun ? (int)(start - end) : stride) / 2;
    }

    /// <param name="scheduler">The scheduler.</param>
    /// <param name="timesteps">One timestep for each call of the model.</param>
    /// <param name="grid">The timesteps without the calls that are made more than once.</param>
    /// <param name="stride">Training timesteps for each step.</param>
    private sealed class Run(PndmScheduler scheduler, double[] timesteps, double[] grid, int stride)
        : SamplingRun(scheduler, timesteps)
    {
        private readonly int _rungeKuttaCalls = scheduler.Config.SkipPrkSteps ? 0 : RungeKuttaSteps * Order;
        private readonly PredictionHistory _history = new(Order);
        private readonly RungeKuttaSum _rungeKutta = new();
        private Tensor? _firstSample;
        private int _calls;

        public override bool UsesEarlierSteps => true;

        public override bool NeedsNoise(int stepIndex) => false;

        public override void Dispose()
        {
            base.Dispose();
            _history.Clear();
            _rungeKutta.Clear();
            _firstSample?.Dispose();
        }

        protected override SchedulerStep Advance(Tensor modelOutput, int stepIndex, Tensor sample, Tensor? noise)
        {
            var timestep = TrainTimestep(stepIndex);
            var original = OriginalSamplePrediction.Original(
                Config, modelOutput, sample, NoiseSchedule.AlphasCumprod[timestep]);
            var previous = stepIndex < _rungeKuttaCalls
                ? RungeKuttaStep(modelOutput, stepIndex, timestep, sample)
                : MultistepStep(modelOutput, stepIndex, timestep, sample);
            _calls++;
            return new SchedulerStep(previous, original);
        }

        private Tensor RungeKuttaStep(Tensor modelOutput, int stepIndex, int timestep, Tensor sample)
        {
            if (_calls != stepIndex) throw StartedLate();
            var call = stepIndex % Order;
            // The next call is where this one leads to: the middle after the start, the end after the middle.
            var target = scheduler.FollowsRun ? (int)Timesteps[stepIndex + 1] : call % 2 == 0 ? timestep - stride / 2
                : timestep;
            if (call == 0)
            {
                _history.Add(modelOutput);
                KeepFirstSample(sample);
            }
            var slope = _rungeKutta.Add(modelOutput, call);
            return Transfer(_firstSample!, (int)Timesteps[stepIndex - call], target, slope);
        }

        private Tensor MultistepStep(Tensor modelOutput, int stepIndex, int timestep, Tensor sample)
        {
            var place = PlaceInGrid(stepIndex);
            if (_calls < _rungeKuttaCalls) throw StartedLate();
            if (_rungeKuttaCalls == 0 && _calls == 1)
            {
                // The first step once more, now with the mean of the slopes at its two ends.
                var start = scheduler.FollowsRun ? (int)grid[place - 1]
                    : Math.Min(timestep + stride, Config.NumTrainTimesteps - 1);
                return Transfer(_firstSample!, start, timestep, modelOutput.Plus(_history[0]) / Kept(2));
            }
            if (_calls == 0) KeepFirstSample(sample);
            _history.Add(modelOutput);
            return Transfer(sample, timestep, scheduler.FollowsRun ? After(place) : timestep - stride,
                AdamsBashforth());
        }

        // The timesteps of a run without the calls that are made more than once.
        private int PlaceInGrid(int stepIndex) =>
            _rungeKuttaCalls > 0 ? stepIndex - _rungeKuttaCalls + RungeKuttaSteps
            : stepIndex < 2 ? stepIndex
            : stepIndex - 1;

        private int After(int place) => place + 1 < grid.Length ? (int)grid[place + 1] : EndOfRun;

        // Liu et al. 2022, equation 12, and the lower orders where there are fewer slopes.
        private Tensor AdamsBashforth() => _history.Count switch
        {
            1 => _history[0].alias(),
            2 => (Kept(3) * _history[0] - _history[1]) / Kept(2),
            3 => (Kept(23) * _history[0] - Kept(16) * _history[1]).Plus(Kept(5) * _history[2]) / Kept(12),
            _ => ((Kept(55) * _history[0] - Kept(59) * _history[1]).Plus(Kept(37) * _history[2]) - Kept(
                9) * _history[3]) / Kept(24),
        };

        // Liu et al. 2022, equation 11: from one timestep to another along a predicted noise.
        private Tensor Transfer(Tensor sample, int timestep, int target, Tensor modelOutput)
        {
            var alpha = NoiseSchedule.AlphasCumprod[timestep];
            var targetAlpha = target >= 0 ? NoiseSchedule.AlphasCumprod[target] : scheduler._finalAlphaCumprod;
            var epsilon = OriginalSamplePrediction.Epsilon(Config, modelOutput, sample, alpha);
            var denominator = alpha * MathF.Sqrt(1 - targetAlpha) + MathF.Sqrt(alpha * (1 - alpha) * targetAlpha);
            return Kept(MathF.Sqrt(targetAlpha / alpha)) * sample - Kept((targetAlpha - alpha) / denominator) * epsilon;
        }

        private void KeepFirstSample(Tensor sample)
        {
            _firstSample?.Dispose();
            _firstSample = sample.alias().DetachFromDisposeScope();
        }

        private static InvalidOperationException StartedLate() => new(
            "PNDM with Runge-Kutta steps must start at its first step; set skip_prk_steps to start later.");
    }
}

/// <summary>
/// Slope of the classical Runge-Kutta method: the mean of four slopes with weights 1, 2, 2, 1 (Liu et al. 2022,
/// equation 13).
/// </summary>
internal sealed class RungeKuttaSum
{
    private static readonly double[] s_weights = [1.0 / 6, 1.0 / 3, 1.0 / 3, 1.0 / 6];

    private Tensor? _sum;

    /// <summary>Adds the slope of one of the four calls.</summary>
    /// <returns>The slope to go on with: that of the call itself for the first three, the mean for the last.</returns>
    public Tensor Add(Tensor slope, int call)
    {
        var weighted = slope * Kept(s_weights[call]);
        var sum = _sum is null ? weighted : _sum.Plus(weighted);
        Clear();
        if (call == s_weights.Length - 1) return sum;
        _sum = sum.alias().DetachFromDisposeScope();
        return slope.alias();
    }

    public void Clear()
    {
        _sum?.Dispose();
        _sum = null;
    }
}
