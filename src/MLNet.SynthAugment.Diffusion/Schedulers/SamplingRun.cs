namespace MLNet.SynthAugment.Diffusion.Schedulers;

/// <summary>
/// One way from noise to a sample, planned by <see cref="Scheduler.Plan"/>: the timesteps to visit, and the step from
/// one to the next. Steps are named by their index in <see cref="Timesteps"/>, never by the timestep, which may occur
/// twice. A run draws no random numbers itself.
/// </summary>
/// <remarks>
/// Steps may be taken in any order and more than once, unless the run <see cref="UsesEarlierSteps"/>. Such a run keeps
/// predictions, which are freed with its last step or by <see cref="Dispose"/>.
/// </remarks>
public abstract class SamplingRun : IDisposable
{
    private int? _lastStep;

    /// <summary>Starts a run.</summary>
    /// <param name="scheduler">The scheduler that planned it.</param>
    /// <param name="timesteps">The timesteps to visit, noisiest first, at least one.</param>
    protected SamplingRun(Scheduler scheduler, IReadOnlyList<double> timesteps) =>
        (Scheduler, Timesteps) = (scheduler, timesteps);

    /// <summary>The scheduler that planned this run.</summary>
    public Scheduler Scheduler { get; }

    /// <summary>The timesteps to visit, noisiest first.</summary>
    public IReadOnlyList<double> Timesteps { get; }

    /// <summary>
    /// The noise level σ = √(1−ᾱ)/√ᾱ before each step and after the last, in samplers that choose it directly (Euler,
    /// DPM-Solver); null in those that look ᾱ up by the timestep.
    /// </summary>
    public virtual IReadOnlyList<double>? Sigmas => null;

    /// <summary>Standard deviation of the noise that sampling starts from.</summary>
    public virtual double InitNoiseSigma => 1;

    /// <summary>
    /// Whether a step depends on the steps before it beyond the sample they led to (PNDM, DPM-Solver). If so, the run
    /// may start at any step, but goes on from there in order and only once.
    /// </summary>
    public virtual bool UsesEarlierSteps => false;

    private protected SchedulerConfig Config => Scheduler.Config;

    private protected NoiseSchedule NoiseSchedule => Scheduler.NoiseSchedule;

    /// <summary>ᾱ of the sample that enters a step.</summary>
    /// <param name="stepIndex">Index in <see cref="Timesteps"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such step.</exception>
    public double AlphaCumprod(int stepIndex)
    {
        var timestep = TrainTimestep(stepIndex);
        return Sigmas is { } sigmas
            ? 1 / (1 + sigmas[stepIndex] * sigmas[stepIndex]) : NoiseSchedule.AlphasCumprod[timestep];
    }

    /// <summary>Brings unit normal noise to the scale of the first step.</summary>
    /// <param name="noise">Unit normal noise [B, …]; it is not changed.</param>
    /// <returns>The sample for a run over all steps, float32.</returns>
    public Tensor StartFrom(Tensor noise)
    {
        using var exact = noise.to(ScalarType.Float32);
        return exact * Kept(InitNoiseSigma);
    }

    /// <summary>Brings the sample to the scale the model was trained on; the sample itself for DDIM and DDPM.</summary>
    /// <param name="sample">The sample [B, …]; it is not changed.</param>
    /// <param name="stepIndex">Index in <see cref="Timesteps"/>.</param>
    /// <returns>A new tensor object of the same shape.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such step.</exception>
    public virtual Tensor ScaleModelInput(Tensor sample, int stepIndex) => sample.alias();

    /// <summary>
    /// Brings clean samples to the noise level of a step, in the scale of the run's own samples: where a run starts
    /// that does its last steps only (image-to-image), or what surrounds the hole of an inpainting.
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

    /// <summary>Whether a step adds random noise.</summary>
    /// <param name="stepIndex">Index in <see cref="Timesteps"/>.</param>
    public abstract bool NeedsNoise(int stepIndex);

    /// <summary>Goes from one timestep to the next.</summary>
    /// <param name="modelOutput">What the model predicts for <paramref name="sample"/>; same shape.</param>
    /// <param name="stepIndex">Index in <see cref="Timesteps"/>.</param>
    /// <param name="sample">The sample at this timestep.</param>
    /// <param name="noise">Unit normal noise of the same shape; needed where <see cref="NeedsNoise"/> says so.</param>
    /// <exception cref="ArgumentException">The noise is missing.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such step.</exception>
    /// <exception cref="InvalidOperationException">The step is out of order in a run that
    /// <see cref="UsesEarlierSteps"/>.</exception>
    public SchedulerStep Step(Tensor modelOutput, int stepIndex, Tensor sample, Tensor? noise = null)
    {
        RequireStep(stepIndex);
        RequireOrder(stepIndex);
        var needed = NeedsNoise(stepIndex)
            ? noise ?? throw new ArgumentException(
                $"Step {stepIndex} of this sampler adds noise; none was given.", nameof(noise))
            : null;
        _lastStep = stepIndex;
        using var scope = NewDisposeScope();
        var (previous, original) = Advance(modelOutput, stepIndex, sample, needed);
        if (stepIndex == Timesteps.Count - 1) Dispose();
        return new SchedulerStep(previous.MoveToOuterDisposeScope(), original.MoveToOuterDisposeScope());
    }

    /// <summary>Frees what is kept from step to step.</summary>
    public virtual void Dispose() => GC.SuppressFinalize(this);

    /// <summary>The step itself; its tensors may belong to the current dispose scope.</summary>
    /// <param name="modelOutput">What the model predicts for the sample.</param>
    /// <param name="stepIndex">Index of a step that exists and is in order.</param>
    /// <param name="sample">The sample at this timestep.</param>
    /// <param name="noise">Unit normal noise; null exactly where none is needed.</param>
    /// <returns>New tensor objects.</returns>
    protected abstract SchedulerStep Advance(Tensor modelOutput, int stepIndex, Tensor sample, Tensor? noise);

    /// <summary>Makes sure that a step exists.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such step.</exception>
    protected void RequireStep(int stepIndex)
    {
        if (stepIndex < 0 || stepIndex >= Timesteps.Count)
            throw new ArgumentOutOfRangeException(
                nameof(stepIndex), stepIndex, $"The run has the steps 0 to {Timesteps.Count - 1}.");
    }

    /// <summary>The training timestep of a step.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such step.</exception>
    protected int TrainTimestep(int stepIndex)
    {
        RequireStep(stepIndex);
        return (int)Timesteps[stepIndex];
    }

    private void RequireOrder(int stepIndex)
    {
        if (UsesEarlierSteps && _lastStep is { } last && stepIndex != last + 1)
            throw new InvalidOperationException(
                $"Step {stepIndex} was asked for after step {last}. The steps of {Scheduler.GetType().Name} build on "
                    + "those before, so a run takes them in order and only once; plan another run to start again.");
    }
}

/// <summary>What one sampling step gives.</summary>
/// <param name="PreviousSample">The sample at the next, less noisy timestep; same shape as the sample that came
/// in.</param>
/// <param name="PredictedOriginal">The clean sample x₀ that the model's output implies; same shape.</param>
public readonly record struct SchedulerStep(Tensor PreviousSample, Tensor PredictedOriginal);

/// <summary>
/// The last predictions of a multistep run, newest first. They outlive the dispose scopes of the steps; the oldest is
/// freed when a new one would exceed the capacity, the others by <see cref="Clear"/>.
/// </summary>
/// <param name="capacity">How many are kept.</param>
internal sealed class PredictionHistory(int capacity)
{
    private readonly List<Tensor> _predictions = [];

    public int Count => _predictions.Count;

    public Tensor this[int age] => _predictions[age];

    public void Add(Tensor prediction)
    {
        _predictions.Insert(0, prediction.alias().DetachFromDisposeScope());
        if (_predictions.Count <= capacity) return;
        _predictions[^1].Dispose();
        _predictions.RemoveAt(_predictions.Count - 1);
    }

    public void Clear()
    {
        foreach (var prediction in _predictions) prediction.Dispose();
        _predictions.Clear();
    }
}
