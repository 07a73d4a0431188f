using static MLNet.SynthAugment.Diffusion.KeptScalars;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Schedulers;

/// <summary>
/// Pseudo numerical methods for diffusion models (Liu et al. 2022): a linear multistep method of order 4 whose first
/// steps are either Runge-Kutta steps of four model calls, or (<see cref="SchedulerConfig.SkipPrkSteps"/>, as in Stable
/// Diffusion) steps of growing order, of which the first is done twice, so that a run makes one model call more than it
/// has steps.
/// </summary>
/// <remarks>
/// A step that does not follow the one before it starts anew, so that a run may start at a later step (image-to-image);
/// its first two calls then are the doubled one, as in diffusers. What is kept between steps is freed with the last
/// step, or by the next <see cref="Scheduler.SetTimesteps"/>.
/// </remarks>
public sealed class PndmScheduler : Scheduler
{
    private const int RungeKuttaSteps = 3;
    private const int Order = 4;
    private const int EndOfRun = -1;

    private readonly PredictionHistory _history = new(Order);
    private readonly float _finalAlphaCumprod;
    private readonly RungeKuttaSum _rungeKutta = new();
    private Tensor? _firstSample;
    private double[] _grid = [];
    private int _rungeKuttaCalls;
    private int _stride;
    private int _nextStep;
    private int _calls;

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

    /// <inheritdoc/>
    public override bool UsesEarlierSteps => true;

    /// <inheritdoc/>
    public override bool NeedsNoise(int stepIndex) => false;

    /// <inheritdoc/>
    public override SchedulerStep Step(Tensor modelOutput, int stepIndex, Tensor sample, Tensor? noise = null)
    {
        var timestep = TrainTimestep(stepIndex);
        if (stepIndex != _nextStep) Reset();
        _nextStep = stepIndex + 1;
        using var scope = NewDisposeScope();
        var original = OriginalSamplePrediction.Original(
            Config, modelOutput, sample, NoiseSchedule.AlphasCumprod[timestep]);
        var previous = stepIndex < _rungeKuttaCalls
            ? RungeKuttaStep(modelOutput, stepIndex, timestep, sample)
            : MultistepStep(modelOutput, stepIndex, timestep, sample);
        _calls++;
        if (stepIndex == Timesteps.Count - 1) Reset();
        return new SchedulerStep(previous.MoveToOuterDisposeScope(), original.MoveToOuterDisposeScope());
    }

    /// <inheritdoc/>
    protected override double[] PlanTimesteps(int steps)
    {
        if (!Config.SkipPrkSteps && steps <= RungeKuttaSteps)
            throw new ArgumentOutOfRangeException(
                nameof(steps), steps, $"PNDM with Runge-Kutta steps needs at least {RungeKuttaSteps + 1} steps; set "
                    + "skip_prk_steps for fewer.");
        Reset();
        _stride = Config.NumTrainTimesteps / steps;
        _grid = TimestepSpacings.Whole(Config, steps);
        if (Config.SkipPrkSteps)
        {
            _rungeKuttaCalls = 0;
            return _grid.Length == 1 ? _grid : [_grid[0], _grid[1], .. _grid[1..]];
        }
        _rungeKuttaCalls = RungeKuttaSteps * Order;
        // Each of these steps calls the model at its start, twice in its middle, and at its end.
        var doubled = _grid[..RungeKuttaSteps].Zip(_grid[1..], (start, end) =>
            new[] { start, Middle(start, end), Middle(start, end), end });
        return [.. doubled.SelectMany(calls => calls), .. _grid[RungeKuttaSteps..]];
    }

    private double Middle(double start, double end) => end + (FollowsRun ? (int)(start - end) : _stride) / 2;

    private Tensor RungeKuttaStep(Tensor modelOutput, int stepIndex, int timestep, Tensor sample)
    {
        if (_calls != stepIndex)
            throw new InvalidOperationException(
                "PNDM with Runge-Kutta steps must start at its first step and take one after the other; set "
                    + "skip_prk_steps to start later.");
        var call = stepIndex % Order;
        // The next call is where this one leads to: the middle after the start, the end after the middle.
        var target = FollowsRun ? (int)Timesteps[stepIndex + 1] : call % 2 == 0 ? timestep - _stride / 2 : timestep;
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
        if (_rungeKuttaCalls > 0 && _calls < _rungeKuttaCalls)
            throw new InvalidOperationException(
                "PNDM with Runge-Kutta steps must start at its first step; set skip_prk_steps to start later.");
        if (_rungeKuttaCalls == 0 && _calls == 1)
        {
            // The first step once more, now with the mean of the slopes at its two ends.
            var start = FollowsRun ? (int)_grid[place - 1] : Math.Min(timestep + _stride, Config.NumTrainTimesteps - 1);
            return Transfer(_firstSample!, start, timestep, modelOutput.Plus(_history[0]) / Kept(2));
        }
        if (_calls == 0) KeepFirstSample(sample);
        _history.Add(modelOutput);
        return Transfer(sample, timestep, FollowsRun ? After(place) : timestep - _stride, AdamsBashforth());
    }

    private bool FollowsRun => Config.PreviousTimestep == PreviousTimestep.NextInRun;

    // The timesteps of a run without the calls that are made more than once.
    private int PlaceInGrid(int stepIndex) =>
        _rungeKuttaCalls > 0 ? stepIndex - _rungeKuttaCalls + RungeKuttaSteps
        : stepIndex < 2 ? stepIndex
        : stepIndex - 1;

    private int After(int place) => place + 1 < _grid.Length ? (int)_grid[place + 1] : EndOfRun;

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
        var targetAlpha = target >= 0 ? NoiseSchedule.AlphasCumprod[target] : _finalAlphaCumprod;
        var epsilon = OriginalSamplePrediction.Epsilon(Config, modelOutput, sample, alpha);
        var denominator = alpha * MathF.Sqrt(1 - targetAlpha) + MathF.Sqrt(alpha * (1 - alpha) * targetAlpha);
        return Kept(MathF.Sqrt(targetAlpha / alpha)) * sample - Kept((targetAlpha - alpha) / denominator) * epsilon;
    }

    private void KeepFirstSample(Tensor sample)
    {
        _firstSample?.Dispose();
        _firstSample = sample.alias().DetachFromDisposeScope();
    }

    private void Reset()
    {
        _history.Clear();
        _rungeKutta.Clear();
        _firstSample?.Dispose();
        _firstSample = null;
        _calls = 0;
    }
}
