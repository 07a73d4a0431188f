namespace MLNet.SynthAugment.Diffusion.Schedulers;

/// <summary>
/// A sampler: it plans runs from noise to samples, and knows the forward process that samples are trained on. It does
/// not change, so that any number of runs may use it at a time.
/// </summary>
public abstract class Scheduler
{
    /// <summary>Computes the noise schedule.</summary>
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

    /// <summary>Makes the scheduler that <see cref="SchedulerConfig.ClassName"/> names.</summary>
    /// <param name="config">The configuration; <see cref="SchedulerConfig.WithSampler"/> chooses another sampler than
    /// the model's. All samplers describe the same forward process, so one that is not available is replaced by DDIM on
    /// the same betas.</param>
    /// <param name="log">Gets one sentence if another sampler than the named one is taken.</param>
    /// <exception cref="InvalidDataException">A value of the configuration is out of range or not supported by the
    /// sampler.</exception>
    public static Scheduler Create(SchedulerConfig config, Action<string>? log = null)
    {
        if (Sampler.OfClass(config.ClassName) is { } sampler)
            return sampler.Create(config);
        log?.Invoke($"The model names the sampler {config.ClassName}, which is not available; DDIM is used instead, "
            + "on the same noise schedule.");
        return new DdimScheduler(config);
    }

    /// <summary>Plans a run from noise to a sample.</summary>
    /// <param name="steps">Number of steps, 1 to <see cref="SchedulerConfig.NumTrainTimesteps"/>.</param>
    /// <returns>A run, which the caller disposes.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The number is outside that range, or more or less than the sampler
    /// can do.</exception>
    public SamplingRun Plan(int steps)
    {
        if (steps < 1 || steps > Config.NumTrainTimesteps)
            throw new ArgumentOutOfRangeException(
                nameof(steps), steps, $"The number of sampling steps must be 1 to {Config.NumTrainTimesteps}.");
        return PlanRun(steps);
    }

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

    /// <summary>Plans a run of a number of steps that is in range.</summary>
    /// <param name="steps">Number of steps, 1 to <see cref="SchedulerConfig.NumTrainTimesteps"/>.</param>
    protected abstract SamplingRun PlanRun(int steps);

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
