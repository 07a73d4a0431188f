namespace MLNet.SynthAugment.Diffusion.Schedulers;

/// <summary>
/// Runs that keep the sample as x₀ + σ·ε (Karras et al. 2022), whose spread grows with the noise; the model sees it
/// divided by √(σ²+1). Steps work in float32 at least, also on samples of half precision.
/// </summary>
/// <param name="scheduler">The scheduler that planned the run.</param>
/// <param name="timesteps">What the model is told as the time of each step.</param>
/// <param name="sigmas">σ before each step, and after the last.</param>
internal abstract class VarianceExplodingRun(Scheduler scheduler, double[] timesteps, float[] sigmas)
    : SamplingRun(scheduler, timesteps)
{
    public override IReadOnlyList<double> Sigmas { get; } = [.. sigmas.Select(sigma => (double)sigma)];

    /// <summary>Largest σ where sampling starts at the end of the schedule, √(σ²+1) for leading spacing.</summary>
    public override double InitNoiseSigma
    {
        get
        {
            var largest = sigmas.Max();
            return Config.TimestepSpacing == TimestepSpacing.Leading ? MathF.Sqrt(largest * largest + 1) : largest;
        }
    }

    public override Tensor ScaleModelInput(Tensor sample, int stepIndex)
    {
        RequireStep(stepIndex);
        return sample / Kept(MathF.Sqrt(sigmas[stepIndex] * sigmas[stepIndex] + 1));
    }

    /// <summary>original + σ·noise.</summary>
    /// <inheritdoc/>
    public override Tensor AddNoiseAtStep(Tensor original, Tensor noise, int stepIndex)
    {
        RequireStep(stepIndex);
        using var scaledNoise = noise * Kept(sigmas[stepIndex]);
        return original.Plus(scaledNoise);
    }

    /// <summary>σ before a step, or after the last.</summary>
    protected float Sigma(int stepIndex) => sigmas[stepIndex];

    /// <summary>The clean sample that the model's output implies.</summary>
    /// <param name="modelOutput">What the model predicts.</param>
    /// <param name="sample">x₀ + σ·ε.</param>
    /// <param name="sigma">σ the model was asked for.</param>
    /// <param name="sampleSigma">σ of <paramref name="sample"/>, which churn makes larger.</param>
    /// <returns>A new tensor object.</returns>
    protected Tensor Denoised(Tensor modelOutput, Tensor sample, float sigma, float sampleSigma) =>
        Config.PredictionType switch
        {
            PredictionType.Epsilon => sample - Kept(sampleSigma) * modelOutput,
            PredictionType.VPrediction =>
                sample / Kept(sigma * sigma + 1) - Kept(sigma / MathF.Sqrt(sigma * sigma + 1)) * modelOutput,
            _ => modelOutput.alias(),
        };
}
