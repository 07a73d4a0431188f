using static MLNet.SynthAugment.Diffusion.KeptScalars;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Schedulers;

/// <summary>
/// Euler's method on the probability-flow ODE dx/dσ = (x − x₀)/σ, with optional churn (Karras et al. 2022, algorithm 2
/// without its second-order correction). Differentiable.
/// </summary>
public sealed class EulerDiscreteScheduler : VarianceExplodingScheduler
{
    private readonly EulerChurn _churn;

    /// <summary>Makes the scheduler.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="churn">Noise added before steps; none if not given.</param>
    /// <exception cref="InvalidDataException">A value of the configuration is out of range.</exception>
    public EulerDiscreteScheduler(SchedulerConfig config, EulerChurn? churn = null)
        : base(config) => _churn = churn ?? EulerChurn.None;

    /// <inheritdoc/>
    public override bool NeedsNoise(int stepIndex) => Growth(stepIndex) > 0;

    /// <inheritdoc/>
    public override SchedulerStep Step(Tensor modelOutput, int stepIndex, Tensor sample, Tensor? noise = null)
    {
        RequireStep(stepIndex);
        using var scope = NewDisposeScope();
        var (sigma, growth) = (Sigmas[stepIndex], Growth(stepIndex));
        var raised = sigma * (1 + growth);
        var exact = sample.to(ScalarType.Float32);
        var noisier = growth > 0
            ? exact.Plus(Kept((float)_churn.NoiseScale * MathF.Sqrt(raised * raised - sigma * sigma)) * RequireNoise(
                noise, stepIndex))
            : exact;

        var original = Denoised(modelOutput, noisier, sigma, raised);
        var derivative = (noisier - original) / Kept(raised);
        var previous = noisier.Plus(derivative * Kept(Sigmas[stepIndex + 1] - raised));
        return new SchedulerStep(
            previous.to(modelOutput.dtype).MoveToOuterDisposeScope(), original.MoveToOuterDisposeScope());
    }

    /// <inheritdoc/>
    protected override (double[] Timesteps, double[] Sigmas) PlanSigmas(int steps)
    {
        var timesteps = TimestepSpacings.Fractional(Config, steps);
        var sigmas = Config.InterpolationType == InterpolationType.LogLinear
            ? LogLinear(steps) : [.. timesteps.Select(Table.At)];
        if (SigmaSpacings.Compute(
            Config, Config.SigmaMin ?? sigmas[^1], Config.SigmaMax ?? sigmas[0], steps) is { } chosen)
        {
            sigmas = chosen;
            timesteps = [.. sigmas.Select(sigma => (double)(float)Table.ToTimestep(sigma))];
        }
        if (Config is { TimestepType: TimestepType.Continuous, PredictionType: PredictionType.VPrediction })
            timesteps = [.. sigmas.Select(sigma => (double)(0.25f * MathF.Log((float)sigma)))];
        return (timesteps, [.. sigmas, Config.FinalSigmasType == FinalSigmasType.SigmaMin ? Table.Smallest : 0]);
    }

    // Steps + 1 levels; with the final 0 behind them, a run ends at the smallest σ of the schedule, as in diffusers.
    private double[] LogLinear(int steps)
    {
        var (last, first) = Table.LogarithmicRange;
        return [.. Enumerable.Range(0, steps + 1).Select(i => (double)MathF.Exp(first + (last - first) * i / steps))];
    }

    private float Growth(int stepIndex) => _churn.Growth(Sigmas[stepIndex], Sigmas.Count - 1);
}
