using static MLNet.SynthAugment.Diffusion.KeptScalars;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Schedulers;

/// <summary>
/// DPM-Solver and DPM-Solver++ (Lu et al. 2022a, 2022b), multistep, of order 1 to 3, as ODE or SDE. With
/// <see cref="SchedulerConfig.UseKarrasSigmas"/> and order 2 it is what user interfaces call "DPM++ 2M Karras".
/// </summary>
/// <remarks>
/// The last predictions are kept from step to step, and freed with the last step, or by the next
/// <see cref="Scheduler.SetTimesteps"/>. A step that does not follow the one before it starts anew, with first order.
/// </remarks>
public sealed class DpmSolverMultistepScheduler : Scheduler
{
    // Runs of fewer steps end with steps of lower order, which are more stable.
    private const int FewSteps = 15;

    private readonly SigmaTable _table;
    private readonly PredictionHistory _history;
    private DpmNoiseLevel[] _levels = [];
    private int _nextStep;

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
        _history = new PredictionHistory(config.SolverOrder);
    }

    /// <summary>
    /// σ = √(1−ᾱ)/√ᾱ before each step, and after the last; empty before <see cref="Scheduler.SetTimesteps"/>.
    /// </summary>
    public IReadOnlyList<double> Sigmas { get; private set; } = [];

    /// <inheritdoc/>
    public override bool UsesEarlierSteps => Config.SolverOrder > 1;

    private bool PredictsOriginal =>
        Config.AlgorithmType is AlgorithmType.DpmSolverPlusPlus or AlgorithmType.SdeDpmSolverPlusPlus;

    /// <inheritdoc/>
    public override bool NeedsNoise(int stepIndex) =>
        Config.AlgorithmType is AlgorithmType.SdeDpmSolver or AlgorithmType.SdeDpmSolverPlusPlus;

    /// <inheritdoc/>
    public override Tensor AddNoiseAtStep(Tensor original, Tensor noise, int stepIndex)
    {
        RequireStep(stepIndex);
        using var scaledNoise = noise * Kept(_levels[stepIndex].Sigma);
        using var scaledOriginal = original * Kept(_levels[stepIndex].Alpha);
        return scaledOriginal.Plus(scaledNoise);
    }

    /// <inheritdoc/>
    public override SchedulerStep Step(Tensor modelOutput, int stepIndex, Tensor sample, Tensor? noise = null)
    {
        RequireStep(stepIndex);
        if (stepIndex != _nextStep) _history.Clear();
        _nextStep = stepIndex + 1;
        using var scope = NewDisposeScope();
        var alphaCumprod = (float)(_levels[stepIndex].Alpha * _levels[stepIndex].Alpha);
        var original = OriginalSamplePrediction.Original(Config, modelOutput, sample, alphaCumprod);
        if (Config.Thresholding) original = OriginalSamplePrediction.Bound(Config, original);
        _history.Add(PredictsOriginal ? original
            : Config.Thresholding ? OriginalSamplePrediction.EpsilonOf(original, sample, alphaCumprod)
            : OriginalSamplePrediction.Epsilon(Config, modelOutput, sample, alphaCumprod));

        var previous = Update(sample, stepIndex, NeedsNoise(stepIndex) ? RequireNoise(noise, stepIndex) : null);
        if (stepIndex == Timesteps.Count - 1) _history.Clear();
        return new SchedulerStep(previous.MoveToOuterDisposeScope(), original.MoveToOuterDisposeScope());
    }

    /// <inheritdoc/>
    protected override double[] PlanTimesteps(int steps)
    {
        _history.Clear();
        var (timesteps, sigmas) = DpmSolverSpacing.Compute(Config, _table, steps);
        var last = Config.FinalSigmasType == FinalSigmasType.SigmaMin ? _table.Smallest : 0;
        Sigmas = [.. sigmas.Append(last).Select(sigma => (double)(float)sigma)];
        _levels = [.. Sigmas.Select(DpmNoiseLevel.Of)];
        return timesteps;
    }

    private Tensor Update(Tensor sample, int stepIndex, Tensor? noise)
    {
        var order = StepOrder(stepIndex);
        var (from, to) = (_levels[stepIndex], _levels[stepIndex + 1]);
        var weights = DpmSolverCoefficients.Compute(
            Config.AlgorithmType, order == 3 || Config.SolverType == SolverType.Heun, from, to);
        var next = (Kept(weights.Sample) * sample).Plus(Kept(weights.D0) * _history[0]);
        if (noise is not null) next = next.Plus(Kept(weights.Noise) * noise);
        if (order == 1) return next;

        var h = to.Lambda - from.Lambda;
        var newest = (_history[0] - _history[1]) * Kept(h / (from.Lambda - _levels[stepIndex - 1].Lambda));
        if (order == 2) return next.Plus(Kept(weights.D1) * newest);

        var older = (_history[1] - _history[2]) * Kept(
            h / (_levels[stepIndex - 1].Lambda - _levels[stepIndex - 2].Lambda));
        var ratio = (from.Lambda - _levels[stepIndex - 1].Lambda) / h;
        var span = (from.Lambda - _levels[stepIndex - 2].Lambda) / h;
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
            && _levels[stepIndex - distinct].Lambda < _levels[stepIndex - distinct + 1].Lambda) distinct++;
        return Math.Min(highest, Math.Min(distinct, _levels[stepIndex + 1].Lambda > _levels[stepIndex].Lambda ? 3 : 1));
    }
}
