using static MLNet.SynthAugment.Diffusion.KeptScalars;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Schedulers;

/// <summary>
/// Samplers that keep the sample as x₀ + σ·ε (Karras et al. 2022), whose spread grows with the noise; the model sees it
/// divided by √(σ²+1). Steps work in float32 at least, also on samples of half precision.
/// </summary>
public abstract class VarianceExplodingScheduler : Scheduler
{
    private float[] _sigmas = [];

    /// <inheritdoc/>
    protected VarianceExplodingScheduler(SchedulerConfig config)
        : base(config) => Table = new SigmaTable(NoiseSchedule);

    /// <summary>
    /// The noise level σ before each step, and after the last; empty before <see cref="Scheduler.SetTimesteps"/>.
    /// </summary>
    public IReadOnlyList<float> Sigmas => _sigmas;

    /// <summary>Largest σ where sampling starts at the end of the schedule, √(σ²+1) for leading spacing.</summary>
    public override double InitNoiseSigma
    {
        get
        {
            var largest = _sigmas.Length == 0 ? (float)Table.Largest : _sigmas.Max();
            return Config.TimestepSpacing == TimestepSpacing.Leading ? MathF.Sqrt(largest * largest + 1) : largest;
        }
    }

    internal SigmaTable Table { get; }

    /// <inheritdoc/>
    public override Tensor ScaleModelInput(Tensor sample, int stepIndex)
    {
        RequireStep(stepIndex);
        return sample / Kept(MathF.Sqrt(_sigmas[stepIndex] * _sigmas[stepIndex] + 1));
    }

    /// <summary>original + σ·noise.</summary>
    /// <inheritdoc/>
    public override Tensor AddNoiseAtStep(Tensor original, Tensor noise, int stepIndex)
    {
        RequireStep(stepIndex);
        using var scaledNoise = noise * Kept(_sigmas[stepIndex]);
        return original.Plus(scaledNoise);
    }

    /// <summary>Chooses σ and timestep of each step.</summary>
    /// <param name="steps">Number of steps.</param>
    /// <returns>The timesteps, and σ of each with the one after the last step.</returns>
    protected abstract (double[] Timesteps, double[] Sigmas) PlanSigmas(int steps);

    /// <inheritdoc/>
    protected sealed override double[] PlanTimesteps(int steps)
    {
        var (timesteps, sigmas) = PlanSigmas(steps);
        _sigmas = [.. sigmas.Select(sigma => (float)sigma)];
        return timesteps;
    }

    /// <summary>The clean sample that the model's output implies.</summary>
    /// <param name="modelOutput">What the model predicts.</param>
    /// <param name="sample">x₀ + σ·ε.</param>
    /// <param name="sigma">σ the model was asked for.</param>
    /// <param name="sampleSigma">σ of <paramref name="sample"/>, which churn makes larger.</param>
    /// <returns>A new tensor object.</returns>
    private protected Tensor Denoised(Tensor modelOutput, Tensor sample, float sigma, float sampleSigma) =>
        Config.PredictionType switch
        {
            PredictionType.Epsilon => sample - Kept(sampleSigma) * modelOutput,
            PredictionType.VPrediction =>
                sample / Kept(sigma * sigma + 1) - Kept(sigma / MathF.Sqrt(sigma * sigma + 1)) * modelOutput,
            _ => modelOutput.alias(),
        };
}
