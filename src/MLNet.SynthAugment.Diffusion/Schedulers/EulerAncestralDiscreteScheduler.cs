using static MLNet.SynthAugment.Diffusion.KeptScalars;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Schedulers;

/// <summary>
/// Euler steps to a lower σ than asked for, made up for by fresh noise (ancestral sampling in the scale x₀ + σ·ε): the
/// posterior of the forward process as in DDPM. Adds noise in every step.
/// </summary>
public sealed class EulerAncestralDiscreteScheduler : VarianceExplodingScheduler
{
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
    }

    /// <inheritdoc/>
    public override bool NeedsNoise(int stepIndex) => true;

    /// <inheritdoc/>
    public override SchedulerStep Step(Tensor modelOutput, int stepIndex, Tensor sample, Tensor? noise = null)
    {
        RequireStep(stepIndex);
        using var scope = NewDisposeScope();
        var (sigma, nextSigma) = (Sigmas[stepIndex], Sigmas[stepIndex + 1]);
        var up = MathF.Sqrt(nextSigma * nextSigma * (sigma * sigma - nextSigma * nextSigma) / (sigma * sigma));
        var down = MathF.Sqrt(nextSigma * nextSigma - up * up);

        var exact = sample.to(ScalarType.Float32);
        var original = Denoised(modelOutput, exact, sigma, sigma);
        var derivative = (exact - original) / Kept(sigma);
        var previous = exact.Plus(derivative * Kept(down - sigma)).Plus(Kept(up) * RequireNoise(noise, stepIndex));
        return new SchedulerStep(
            previous.to(modelOutput.dtype).MoveToOuterDisposeScope(), original.MoveToOuterDisposeScope());
    }

    /// <inheritdoc/>
    protected override (double[] Timesteps, double[] Sigmas) PlanSigmas(int steps)
    {
        var timesteps = TimestepSpacings.Fractional(Config, steps);
        return (timesteps, [.. timesteps.Select(Table.At), 0]);
    }
}
