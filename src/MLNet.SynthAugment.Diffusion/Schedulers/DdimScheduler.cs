using static MLNet.SynthAugment.Diffusion.KeptScalars;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Schedulers;

/// <summary>
/// Denoising diffusion implicit models (Song et al. 2021, equation 12). Deterministic with <see cref="Eta"/> 0; with 1
/// it adds as much noise as DDPM.
/// </summary>
public sealed class DdimScheduler : Scheduler
{
    private readonly float _finalAlphaCumprod;

    /// <summary>Makes the scheduler.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="eta">Share of DDPM's noise that is added in each step, 0 to 1.</param>
    /// <param name="useClippedModelOutput">Whether ε is computed anew from the bounded x₀ (GLIDE does).</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="eta"/> is outside its range.</exception>
    /// <exception cref="InvalidDataException">A value of the configuration is out of range.</exception>
    public DdimScheduler(SchedulerConfig config, double eta = 0, bool useClippedModelOutput = false)
        : base(config)
    {
        if (eta is not (>= 0 and <= 1))
            throw new ArgumentOutOfRangeException(
                nameof(eta), eta, "eta must be 0 (deterministic) to 1 (as noisy as DDPM).");
        Eta = eta;
        UseClippedModelOutput = useClippedModelOutput;
        _finalAlphaCumprod = config.SetAlphaToOne ? 1 : NoiseSchedule.AlphasCumprod[0];
    }

    /// <summary>Share of DDPM's noise that is added in each step, 0 to 1.</summary>
    public double Eta { get; }

    /// <summary>Whether ε is computed anew from the bounded x₀.</summary>
    public bool UseClippedModelOutput { get; }

    /// <summary>ᾱ of a timestep; below 0, that of the end of sampling.</summary>
    /// <param name="timestep">A training timestep, or a negative number.</param>
    public float AlphaCumprod(int timestep) => timestep >= 0
        ? NoiseSchedule.AlphasCumprod[timestep] : _finalAlphaCumprod;

    /// <summary>
    /// ᾱ of the noise level that a step leads to; see <see cref="SchedulerConfig.PreviousTimestep"/>.
    /// </summary>
    /// <param name="stepIndex">Index in <see cref="Scheduler.Timesteps"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such step.</exception>
    public float PreviousAlphaCumprod(int stepIndex)
    {
        var timestep = TrainTimestep(stepIndex);
        if (Config.PreviousTimestep == PreviousTimestep.FixedStride)
            return AlphaCumprod(timestep - Config.NumTrainTimesteps / Timesteps.Count);
        return stepIndex + 1 < Timesteps.Count ? AlphaCumprod(TrainTimestep(stepIndex + 1)) : _finalAlphaCumprod;
    }

    /// <inheritdoc/>
    public override bool NeedsNoise(int stepIndex) => Eta > 0;

    /// <inheritdoc/>
    public override SchedulerStep Step(Tensor modelOutput, int stepIndex, Tensor sample, Tensor? noise = null)
    {
        using var scope = NewDisposeScope();
        var (alpha, previousAlpha) = (AlphaCumprod(TrainTimestep(stepIndex)), PreviousAlphaCumprod(stepIndex));

        var original = OriginalSamplePrediction.Bound(
            Config, OriginalSamplePrediction.Original(Config, modelOutput, sample, alpha));
        var epsilon = UseClippedModelOutput
            ? OriginalSamplePrediction.EpsilonOf(original, sample, alpha)
            : OriginalSamplePrediction.Epsilon(Config, modelOutput, sample, alpha);

        // Song et al. 2021, equation 16.
        var variance = (1 - previousAlpha) / (1 - alpha) * (1 - alpha / previousAlpha);
        var sigma = (float)Eta * MathF.Sqrt(MathF.Max(variance, 0));
        var direction = Kept(MathF.Sqrt(MathF.Max(1 - previousAlpha - sigma * sigma, 0))) * epsilon;
        var previous = (Kept(MathF.Sqrt(previousAlpha)) * original).Plus(direction);
        if (Eta > 0) previous = previous.Plus(Kept(sigma) * RequireNoise(noise, stepIndex));
        return new SchedulerStep(previous.MoveToOuterDisposeScope(), original.MoveToOuterDisposeScope());
    }

    /// <inheritdoc/>
    protected override double[] PlanTimesteps(int steps) => TimestepSpacings.Whole(Config, steps);
}
