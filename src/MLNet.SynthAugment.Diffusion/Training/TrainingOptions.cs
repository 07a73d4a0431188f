namespace MLNet.SynthAugment.Diffusion.Training;

/// <summary>Settings that all trainings with the noise-prediction loss share.</summary>
public abstract record TrainingOptions
{
    // Adam's first step multiplies the rate by 10, the decay multiplies it too, and libtorch takes no factor that a
    // float cannot hold.
    internal const double HighestLearningRate = 1e30;
    internal const double HighestWeightDecay = 1e6;

    /// <summary>Highest learning rate, above 0 and at most 1e30.</summary>
    public double LearningRate { get; init; } = 1e-4;

    /// <summary>Steps over which the rate rises from 0; 0 for none.</summary>
    public int WarmupSteps { get; init; } = 100;

    /// <summary>How the rate changes after that.</summary>
    public LearningRateSchedule Schedule { get; init; } = LearningRateSchedule.Cosine;

    /// <summary>Number of updates, at least 1.</summary>
    public int Steps { get; init; } = 400;

    /// <summary>Examples that are computed at once, at least 1; never more than there are examples.</summary>
    public int BatchSize { get; init; } = 8;

    /// <summary>
    /// Batches whose gradients are added up for an update, at least 1. The update is that of a batch so many times as
    /// large, at the memory of one.
    /// </summary>
    public int GradientAccumulation { get; init; } = 1;

    /// <summary>
    /// Whether the UNet's activations are computed a second time in the backward pass instead of kept: the same
    /// gradients with far less memory, at about a third more time.
    /// </summary>
    public bool RecomputeActivations { get; init; }

    /// <summary>Gradients are scaled down to this joint norm, above 0.</summary>
    public double MaxGradientNorm { get; init; } = 1;

    /// <summary>Decoupled weight decay, 0 to 1e6.</summary>
    public double WeightDecay { get; init; } = 0.01;

    /// <summary>
    /// Bound γ of min-SNR weighting of the loss, above 0 (5 is usual); null for none. See
    /// <see cref="MinSnrWeighting"/>.
    /// </summary>
    public double? MinSnrGamma { get; init; }

    /// <summary>
    /// Standard deviation of an offset added to the noise, one for each image and channel, at least 0 (0.1 is usual):
    /// lets the model learn very dark and very bright images.
    /// </summary>
    public double NoiseOffset { get; init; }

    /// <summary>
    /// Chance that an example is trained with an empty prompt, 0 to 1, as classifier-free guidance needs it (0.1 is
    /// usual).
    /// </summary>
    public double CaptionDropout { get; init; }

    /// <summary>
    /// For models that take image embeddings: the chance, 0 to 1, that an example with a
    /// <see cref="TrainingExample.Group"/> is trained without.
    /// </summary>
    public double ImageEmbeddingDropout { get; init; } = 0.1;

    /// <summary>For models that take image latents: likewise, and independently.</summary>
    public double ImageLatentDropout { get; init; } = 0.1;

    /// <summary>
    /// For models that take image embeddings: the level they are noised to, as
    /// <see cref="Pipelines.SamplingOptions.ImageNoiseLevel"/>.
    /// </summary>
    public int ImageNoiseLevel { get; init; }

    /// <summary>Which square of an image that is not square is trained on. A fixed one is encoded once.</summary>
    public TrainingCrop Crop { get; init; } = TrainingCrop.Random;

    /// <summary>All random numbers follow from it.</summary>
    public long Seed { get; init; }

    /// <summary>Folder of the checkpoint; <see langword="null"/> for none.</summary>
    public string? CheckpointFolder { get; init; }

    /// <summary>Steps between checkpoints, at least 1.</summary>
    public int CheckpointEvery { get; init; } = 200;

    /// <summary>
    /// Gets sentences on what the user should know, such as prompts that are too long; <see langword="null"/> for none.
    /// </summary>
    public Action<string>? Log { get; init; }

    /// <summary>
    /// Whether what a prompt is encoded to changes in training. If not, it is computed once a prompt.
    /// </summary>
    internal abstract bool LearnsText { get; }

    /// <summary>Checks the ranges given with the properties.</summary>
    /// <exception cref="ArgumentException">A setting is out of range; the message names it.</exception>
    public virtual void Validate()
    {
        RequireLearningRate(LearningRate, nameof(LearningRate));
        ArgumentOutOfRangeException.ThrowIfNegative(WarmupSteps);
        ArgumentOutOfRangeException.ThrowIfLessThan(Steps, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(BatchSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(GradientAccumulation, 1);
        RequirePositive(MaxGradientNorm, nameof(MaxGradientNorm));
        RequireRange(WeightDecay, HighestWeightDecay, nameof(WeightDecay));
        RequirePositive(MinSnrGamma ?? 1, nameof(MinSnrGamma));
        RequireRange(NoiseOffset, double.MaxValue, nameof(NoiseOffset));
        RequireRange(CaptionDropout, 1, nameof(CaptionDropout));
        RequireRange(ImageEmbeddingDropout, 1, nameof(ImageEmbeddingDropout));
        RequireRange(ImageLatentDropout, 1, nameof(ImageLatentDropout));
        ArgumentOutOfRangeException.ThrowIfNegative(ImageNoiseLevel);
        ArgumentOutOfRangeException.ThrowIfLessThan(CheckpointEvery, 1);
    }

    private protected static void RequireLearningRate(double value, string name)
    {
        if (value is not (> 0 and <= HighestLearningRate)) throw new ArgumentOutOfRangeException(
            name, value, $"It must be above 0 and at most {HighestLearningRate}.");
    }

    private protected static void RequirePositive(double value, string name)
    {
        if (!(value > 0 && double.IsFinite(value))) throw new ArgumentOutOfRangeException(
            name, value, "It must be above 0.");
    }

    private static void RequireRange(double value, double highest, string name)
    {
        if (!(value >= 0 && value <= highest)) throw new ArgumentOutOfRangeException(
            name, value, highest == 1 ? "It must be 0 to 1." : "It must be at least 0.");
    }
}

/// <summary>How the learning rate changes after its linear warm-up.</summary>
public enum LearningRateSchedule
{
    /// <summary>It stays.</summary>
    Constant,

    /// <summary>It falls to 0 along half a cosine (Loshchilov and Hutter 2017, one period).</summary>
    Cosine,

    /// <summary>It falls to 0 along a line.</summary>
    Linear,
}

/// <summary>Computes learning rates.</summary>
public static class LearningRateSchedules
{
    /// <summary>
    /// The factor on the base rate in a step: step / warm-up at first (so 0 in step 0), then the schedule.
    /// </summary>
    /// <param name="schedule">The schedule.</param>
    /// <param name="step">The step, from 0.</param>
    /// <param name="warmupSteps">Steps of warm-up; 0 for none.</param>
    /// <param name="totalSteps">Steps in all, warm-up included.</param>
    /// <returns>0 to 1.</returns>
    public static double Factor(this LearningRateSchedule schedule, long step, long warmupSteps, long totalSteps)
    {
        if (step < warmupSteps)
            return (double)step / warmupSteps;
        var progress = Math.Min(1, (double)(step - warmupSteps) / Math.Max(1, totalSteps - warmupSteps));
        return schedule switch
        {
            LearningRateSchedule.Cosine => 0.5 * (1 + Math.Cos(Math.PI * progress)),
            LearningRateSchedule.Linear => 1 - progress,
            _ => 1,
        };
    }
}

/// <summary>Which square of an image, whose shorter edge was brought to the model's size, is trained on.</summary>
public enum TrainingCrop
{
    /// <summary>
    /// Another random one in each step (DataDream). Square images have only one and are encoded once.
    /// </summary>
    Random,

    /// <summary>Always the middle one.</summary>
    Center,
}

/// <summary>How far training has come.</summary>
/// <param name="Step">Updates done, those before a restart included.</param>
/// <param name="Steps">Updates in all.</param>
/// <param name="Loss">Loss of the last update.</param>
/// <param name="GradientNorm">Joint norm of its gradients before clipping.</param>
/// <param name="LearningRate">Its learning rate.</param>
/// <param name="StepsPerSecond">Mean speed of this run.</param>
/// <param name="Remaining">Time left at that speed.</param>
public readonly record struct TrainingProgress(
    int Step, int Steps, double Loss, double GradientNorm, double LearningRate, double StepsPerSecond,
    TimeSpan Remaining);
