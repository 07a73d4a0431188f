using System.Diagnostics;
using System.Globalization;
using MLNet.SynthAugment.Diffusion.Weights;

namespace MLNet.SynthAugment.Pretraining.Optimization;

/// <summary>
/// One stage of training: steps until the budget is used up, with checkpoints from which a killed run goes on. A step's
/// numbers depend on the seed and the step alone; its learning rate on the share of the budget that is used.
/// </summary>
internal sealed class TrainingStage
{
    private const long WarmupSteps = 100;
    private const double CooldownShare = 0.3;
    private const double FinalRateShare = 0.05;
    private const double LossMemory = 0.98;
    private const int StepsPerReport = 10;

    private readonly string _name;
    private readonly AveragedAdamW _optimizer;
    private readonly StageBudget _budget;
    private readonly double _learningRate;
    private readonly string _checkpoint;
    private readonly TimeSpan _checkpointInterval;
    private long _step;
    private double _loss;
    private readonly TimeSpan _earlier;

    /// <summary>Prepares a stage and takes up its checkpoint if there is one.</summary>
    /// <param name="name">Its name in reports.</param>
    /// <param name="optimizer">Holds the parameters.</param>
    /// <param name="budget">When it ends.</param>
    /// <param name="learningRate">Highest learning rate.</param>
    /// <param name="checkpoint">Path of the checkpoint file.</param>
    /// <param name="checkpointInterval">Time between checkpoints.</param>
    public TrainingStage(string name, AveragedAdamW optimizer, StageBudget budget, double learningRate,
        string checkpoint, TimeSpan checkpointInterval)
    {
        _name = name;
        _optimizer = optimizer;
        _budget = budget;
        _learningRate = learningRate;
        _checkpoint = checkpoint;
        _checkpointInterval = checkpointInterval;
        if (!File.Exists(checkpoint))
            return;
        using var file = SafetensorsFile.Open(checkpoint);
        optimizer.Restore(file);
        _step = long.Parse(file.Metadata["step"], CultureInfo.InvariantCulture);
        _loss = double.Parse(file.Metadata["loss"], CultureInfo.InvariantCulture);
        _earlier = TimeSpan.FromSeconds(double.Parse(file.Metadata["seconds"], CultureInfo.InvariantCulture));
    }

    /// <summary>Steps done in all sittings.</summary>
    public long Steps => _step;

    /// <summary>Runs to the end of the budget.</summary>
    /// <param name="samplesPerStep">Pictures in a step, for the reported rate.</param>
    /// <param name="computeLoss">Loss of a step, a scalar with its graph; the argument counts steps from 0.</param>
    /// <param name="atCheckpoint">Called after every checkpoint but the last.</param>
    /// <param name="progress">Gets a report every few steps.</param>
    /// <param name="cancellationToken">Ends the stage after the step in work; a checkpoint is written first.</param>
    /// <exception cref="OperationCanceledException">The stage was ended early.</exception>
    /// <exception cref="InvalidOperationException">The loss is no longer a number.</exception>
    public void Run(
        int samplesPerStep, Func<long, Tensor> computeLoss, Action atCheckpoint,
        IProgress<PretrainingProgress>? progress, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var firstStep = _step;
        var lastCheckpoint = TimeSpan.Zero;
        while (_budget.Used(_step, _earlier + clock.Elapsed) is < 1 and var used)
        {
            if (cancellationToken.IsCancellationRequested)
            {
                SaveCheckpoint(_earlier + clock.Elapsed);
                cancellationToken.ThrowIfCancellationRequested();
            }
            Advance(computeLoss, LearningRate(used));
            if (_step % StepsPerReport == 0)
                progress?.Report(Report(clock.Elapsed, firstStep, samplesPerStep));
            if (clock.Elapsed - lastCheckpoint > _checkpointInterval)
            {
                SaveCheckpoint(_earlier + clock.Elapsed);
                atCheckpoint();
                lastCheckpoint = clock.Elapsed;
            }
        }
        SaveCheckpoint(_earlier + clock.Elapsed);
    }

    private void Advance(Func<long, Tensor> computeLoss, double learningRate)
    {
        using var scope = NewDisposeScope();
        var loss = computeLoss(_step);
        loss.backward();
        var value = loss.item<float>();
        if (!float.IsFinite(value))
            throw new InvalidOperationException(
                $"The loss became {value} in step {_step} of {_name}. The last checkpoint is kept; try a smaller "
                    + "learning rate.");
        _optimizer.Step(learningRate, ++_step);
        _loss = _step == 1 ? value : (LossMemory * _loss) + ((1 - LossMemory) * value);
    }

    private double LearningRate(double used)
    {
        var warmup = Math.Min(1, (_step + 1.0) / WarmupSteps);
        var cooldown = Math.Min(1, (1 - used) / CooldownShare);
        return _learningRate * warmup * (FinalRateShare + ((1 - FinalRateShare) * cooldown));
    }

    private PretrainingProgress Report(TimeSpan elapsed, long firstStep, int samplesPerStep)
    {
        var secondsPerStep = elapsed.TotalSeconds / (_step - firstStep);
        var total = _earlier + elapsed;
        var remaining = TimeSpan.FromSeconds((_budget.Steps - _step) * secondsPerStep);
        if (_budget.Time is { } limit && limit - total < remaining)
            remaining = limit - total;
        return new PretrainingProgress(
            _name, _step, _budget.Used(_step, total), _loss, samplesPerStep / secondsPerStep, remaining);
    }

    private void SaveCheckpoint(TimeSpan elapsed) =>
        SafetensorsWriter.Write(_checkpoint, _optimizer.State, new Dictionary<string, string>
        {
            ["step"] = _step.ToString(CultureInfo.InvariantCulture),
            ["loss"] = _loss.ToString("R", CultureInfo.InvariantCulture),
            ["seconds"] = elapsed.TotalSeconds.ToString("R", CultureInfo.InvariantCulture),
        });
}

/// <summary>When a stage of training ends: after so many steps or so much time, whichever comes first.</summary>
/// <param name="Steps">Greatest number of steps; with none the stage has ended before it begins.</param>
/// <param name="Time">Greatest computing time over all sittings, or null for no limit.</param>
public sealed record StageBudget(long Steps, TimeSpan? Time = null)
{
    /// <summary>The share of the budget that is used up, 0 … 1.</summary>
    /// <param name="steps">Steps done.</param>
    /// <param name="elapsed">Time used.</param>
    public double Used(long steps, TimeSpan elapsed) =>
        Steps == 0 ? 1 : Math.Min(1, Math.Max((double)steps / Steps, Time is { } limit ? elapsed / limit : 0));
}
