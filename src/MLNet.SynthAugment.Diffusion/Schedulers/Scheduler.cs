using static MLNet.SynthAugment.Diffusion.KeptScalars;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Schedulers;

/// <summary>What one sampling step gives.</summary>
/// <param name="PreviousSample">The sample at the next, less noisy timestep; same shape as the sample that came
/// in.</param>
/// <param name="PredictedOriginal">The clean sample x₀ that the model's output implies; same shape.</param>
public readonly record struct SchedulerStep(Tensor PreviousSample, Tensor PredictedOriginal);

/// <summary>
/// A sampler: the list of timesteps to visit, and the step from one to the next. Steps are named by their index in
/// <see cref="Timesteps"/>, never by the timestep, which may occur twice. Draws no random numbers itself.
/// </summary>
public abstract class Scheduler
{
    /// <summary>Computes the noise schedule; call <see cref="SetTimesteps"/> before sampling.</summary>
    /// <exception cref="InvalidDataException">A value of the configuration is out of range.</exception>
    protected Scheduler(SchedulerConfig config)
    {
        Config = config;
        NoiseSchedule = new NoiseSchedule(config);
    }

    /// <summary>The configuration the scheduler was made from.</summary>
    public SchedulerConfig Config { get; }

    /// <summary>β and ᾱ of every training timestep.</summary>
    public NoiseSchedule NoiseSchedule { get; }

    /// <summary>The timesteps to visit, noisiest first; empty before <see cref="SetTimesteps"/>.</summary>
    public IReadOnlyList<double> Timesteps { get; private set; } = [];

    /// <summary>Standard deviation of the noise that sampling starts from.</summary>
    public virtual double InitNoiseSigma => 1;

    /// <summary>
    /// Whether a step depends on the steps before it beyond the sample they led to (PNDM, DPM-Solver).
    /// </summary>
    public virtual bool UsesEarlierSteps => false;

    /// <summary>Makes the scheduler that <see cref="SchedulerConfig.ClassName"/> names.</summary>
    /// <param name="config">The configuration; <see cref="SchedulerConfig.WithSampler"/> chooses another sampler than
    /// the model's. All samplers describe the same forward process, so one that is not available is replaced by DDIM on
    /// the same betas.</param>
    /// <param name="log">Gets one sentence if another sampler than the named one is taken.</param>
    /// <exception cref="InvalidDataException">A value of the configuration is out of range or not supported by the
    /// sampler.</exception>
    public static Scheduler Create(SchedulerConfig config, Action<string>? log = null)
    {
        switch (config.ClassName)
        {
            case SchedulerNames.Ddim: return new DdimScheduler(config);
            case SchedulerNames.Ddpm: return new DdpmScheduler(config);
            case SchedulerNames.Pndm: return new PndmScheduler(config);
            case SchedulerNames.EulerDiscrete: return new EulerDiscreteScheduler(config);
            case SchedulerNames.EulerAncestralDiscrete: return new EulerAncestralDiscreteScheduler(config);
            case SchedulerNames.DpmSolverMultistep: return new DpmSolverMultistepScheduler(config);
            case SchedulerNames.Lcm: return new LcmScheduler(config);
            default:
                log?.Invoke($"The model names the sampler {config.ClassName}, which is not available; DDIM is used instead, on the same noise schedule.");
                return new DdimScheduler(config);
        }
    }

    /// <summary>Chooses the timesteps of a sampling run, and forgets what an earlier run left.</summary>
    /// <param name="steps">Number of steps, 1 to <see cref="SchedulerConfig.NumTrainTimesteps"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is outside that range, or more or less than the sampler
    /// can do.</exception>
    public void SetTimesteps(int steps)
    {
        if (steps < 1 || steps > Config.NumTrainTimesteps)
            throw new ArgumentOutOfRangeException(
                nameof(steps), steps, $"The number of sampling steps must be 1 to {Config.NumTrainTimesteps}.");
        Timesteps = PlanTimesteps(steps);
    }

    /// <summary>Brings the sample to the scale the model was trained on; the sample itself for DDIM and DDPM.</summary>
    /// <param name="sample">The sample [B, …]; it is not changed.</param>
    /// <param name="stepIndex">Index in <see cref="Timesteps"/>.</param>
    /// <returns>A new tensor object of the same shape.</returns>
    public virtual Tensor ScaleModelInput(Tensor sample, int stepIndex) => sample.alias();

    /// <summary>
    /// Brings clean samples to the noise level of a sampling step, in the scale of the sampler's own samples: where a
    /// run starts that does its last steps only (image-to-image), or what surrounds the hole of an inpainting.
    /// </summary>
    /// <param name="original">Clean samples [B, …].</param>
    /// <param name="noise">Unit normal noise of the same shape.</param>
    /// <param name="stepIndex">Index in <see cref="Timesteps"/> of the step that the result is meant for.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such step.</exception>
    public virtual Tensor AddNoiseAtStep(Tensor original, Tensor noise, int stepIndex)
    {
        double alphaCumprod = NoiseSchedule.AlphasCumprod[TrainTimestep(stepIndex)];
        using var scaledNoise = noise * Kept(Math.Sqrt(1 - alphaCumprod));
        using var scaledOriginal = original * Kept(Math.Sqrt(alphaCumprod));
        return scaledOriginal.Plus(scaledNoise);
    }

    /// <summary>Whether <see cref="Step"/> adds random noise at this step.</summary>
    /// <param name="stepIndex">Index in <see cref="Timesteps"/>.</param>
    public abstract bool NeedsNoise(int stepIndex);

    /// <summary>Goes from one timestep to the next.</summary>
    /// <param name="modelOutput">What the model predicts for <paramref name="sample"/>; same shape.</param>
    /// <param name="stepIndex">Index in <see cref="Timesteps"/>.</param>
    /// <param name="sample">The sample at this timestep.</param>
    /// <param name="noise">Unit normal noise of the same shape; needed where <see cref="NeedsNoise"/> says so.</param>
    /// <exception cref="ArgumentException">The noise is missing.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such step.</exception>
    public abstract SchedulerStep Step(Tensor modelOutput, int stepIndex, Tensor sample, Tensor? noise = null);

    /// <summary>The forward process: √ᾱ·original + √(1−ᾱ)·noise, with each row's own timestep.</summary>
    /// <param name="original">Clean samples [B, …].</param>
    /// <param name="noise">Unit normal noise of the same shape.</param>
    /// <param name="timesteps">B training timesteps, 0 to <see cref="SchedulerConfig.NumTrainTimesteps"/> − 1.</param>
    /// <exception cref="ArgumentException">The number of timesteps is not B.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A timestep is outside its range.</exception>
    public Tensor AddNoise(Tensor original, Tensor noise, IReadOnlyList<long> timesteps)
    {
        using var signal = SignalRates(original, timesteps);
        using var noiseRate = NoiseRates(original, timesteps);
        using var scaledNoise = noise * noiseRate;
        using var scaledOriginal = original * signal;
        return scaledOriginal.Plus(scaledNoise);
    }

    /// <summary>The velocity √ᾱ·noise − √(1−ᾱ)·original, what a v-prediction model learns.</summary>
    /// <param name="original">Clean samples [B, …].</param>
    /// <param name="noise">Unit normal noise of the same shape.</param>
    /// <param name="timesteps">B training timesteps.</param>
    /// <exception cref="ArgumentException">The number of timesteps is not B.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A timestep is outside its range.</exception>
    public Tensor GetVelocity(Tensor original, Tensor noise, IReadOnlyList<long> timesteps)
    {
        using var signal = SignalRates(original, timesteps);
        using var noiseRate = NoiseRates(original, timesteps);
        using var scaledOriginal = original * noiseRate;
        using var scaledNoise = noise * signal;
        return scaledNoise - scaledOriginal;
    }

    /// <summary>
    /// What the model should predict for a noisy sample, by <see cref="SchedulerConfig.PredictionType"/>.
    /// </summary>
    /// <param name="original">Clean samples [B, …].</param>
    /// <param name="noise">The unit normal noise that was added.</param>
    /// <param name="timesteps">B training timesteps.</param>
    /// <returns>A new tensor object.</returns>
    public Tensor TrainingTarget(Tensor original, Tensor noise, IReadOnlyList<long> timesteps) =>
        Config.PredictionType switch
        {
            PredictionType.Epsilon => noise.alias(),
            PredictionType.VPrediction => GetVelocity(original, noise, timesteps),
            _ => original.alias(),
        };

    /// <summary>Chooses the timesteps of a run, and all else that its steps need.</summary>
    /// <param name="steps">Number of steps, 1 to <see cref="SchedulerConfig.NumTrainTimesteps"/>.</param>
    /// <returns>The timesteps, noisiest first.</returns>
    protected abstract double[] PlanTimesteps(int steps);

    /// <summary>Makes sure that a step exists.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such step.</exception>
    protected void RequireStep(int stepIndex)
    {
        if (stepIndex < 0 || stepIndex >= Timesteps.Count)
            throw new ArgumentOutOfRangeException(
                nameof(stepIndex), stepIndex,
                $"There are {Timesteps.Count} steps; call SetTimesteps first, and count from 0.");
    }

    /// <summary>The training timestep of a step.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such step.</exception>
    protected int TrainTimestep(int stepIndex)
    {
        RequireStep(stepIndex);
        return (int)Timesteps[stepIndex];
    }

    /// <summary>The noise given to a step, or an error that says it is missing.</summary>
    /// <exception cref="ArgumentException">The noise is missing.</exception>
    protected static Tensor RequireNoise(Tensor? noise, int stepIndex) =>
        noise ?? throw new ArgumentException(
            $"Step {stepIndex} of this sampler adds noise; none was given.", nameof(noise));

    private Tensor SignalRates(Tensor like, IReadOnlyList<long> timesteps) =>
        Rates(like, timesteps, alpha => Math.Sqrt(alpha));

    private Tensor NoiseRates(Tensor like, IReadOnlyList<long> timesteps) =>
        Rates(like, timesteps, alpha => Math.Sqrt(1 - alpha));

    private Tensor Rates(Tensor like, IReadOnlyList<long> timesteps, Func<double, double> rate)
    {
        if (timesteps.Count != like.shape[0])
            throw new ArgumentException(
                $"{timesteps.Count} timesteps were given for a batch of {like.shape[0]}.", nameof(timesteps));
        var rates = timesteps.Select(t => t >= 0 && t < Config.NumTrainTimesteps
            ? rate(NoiseSchedule.AlphasCumprod[(int)t])
            : throw new ArgumentOutOfRangeException(
                nameof(timesteps), t, $"Timesteps must be 0 to {Config.NumTrainTimesteps - 1}.")).ToArray();
        var shape = Enumerable.Repeat(1L, (int)like.dim()).ToArray();
        shape[0] = rates.Length;
        using var flat = tensor(rates, like.dtype, like.device);
        return flat.reshape(shape);
    }
}
