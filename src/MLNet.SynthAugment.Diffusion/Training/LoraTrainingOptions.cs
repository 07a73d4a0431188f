using MLNet.SynthAugment.Diffusion.Lora;

namespace MLNet.SynthAugment.Diffusion.Training;

/// <summary>Settings of LoRA training; the defaults are DataDream's (Kim et al. 2024).</summary>
public sealed record LoraTrainingOptions
{
    /// <summary>Rank of the changes, at least 1.</summary>
    public int Rank { get; init; } = 16;

    /// <summary>Scale numerator of the changes, above 0; the changes are scaled by alpha / rank.</summary>
    public float Alpha { get; init; } = 16;

    /// <summary>The UNet's layers to adapt, by the last parts of their paths; see <see cref="LoraTargets"/>.</summary>
    public IReadOnlyList<string> UNetTargets { get; init; } = LoraTargets.UNet;

    /// <summary>The text encoders' layers to adapt, likewise; used if <see cref="TrainTextEncoder"/>.</summary>
    public IReadOnlyList<string> TextEncoderTargets { get; init; } = LoraTargets.TextEncoder;

    /// <summary>Highest learning rate, above 0.</summary>
    public double LearningRate { get; init; } = 1e-4;

    /// <summary>The same of the text encoders, above 0; null for <see cref="LearningRate"/>.</summary>
    public double? TextEncoderLearningRate { get; init; }

    /// <summary>Steps over which the rate rises from 0; 0 for none.</summary>
    public int WarmupSteps { get; init; } = 100;

    /// <summary>How the rate changes after that.</summary>
    public LearningRateSchedule Schedule { get; init; } = LearningRateSchedule.Cosine;

    /// <summary>Number of updates, at least 1.</summary>
    public int Steps { get; init; } = 400;

    /// <summary>Examples that are computed at once, at least 1; never more than there are examples.</summary>
    public int BatchSize { get; init; } = 8;

    /// <summary>
    /// Batches whose gradients are added up for an update, at least 1. The update is that of a batch so many times as large,
    /// at the memory of one.
    /// </summary>
    public int GradientAccumulation { get; init; } = 1;

    /// <summary>
    /// Whether the UNet's activations are computed a second time in the backward pass instead of kept: the same gradients
    /// with far less memory, at about a third more time.
    /// </summary>
    public bool RecomputeActivations { get; init; }

    /// <summary>Gradients are scaled down to this joint norm, above 0.</summary>
    public double MaxGradientNorm { get; init; } = 1;

    /// <summary>Decoupled weight decay, at least 0.</summary>
    public double WeightDecay { get; init; } = 0.01;

    /// <summary>Bound γ of min-SNR weighting of the loss, above 0 (5 is usual); null for none. See <see cref="MinSnrWeighting"/>.</summary>
    public double? MinSnrGamma { get; init; }

    /// <summary>
    /// Standard deviation of an offset added to the noise, one for each image and channel, at least 0 (0.1 is usual): lets the
    /// model learn very dark and very bright images.
    /// </summary>
    public double NoiseOffset { get; init; }

    /// <summary>Chance that an example is trained with an empty prompt, 0 to 1, as classifier-free guidance needs it (0.1 is usual).</summary>
    public double CaptionDropout { get; init; }

    /// <summary>Whether the text encoders are adapted too. If not, their output is computed once a prompt.</summary>
    public bool TrainTextEncoder { get; init; } = true;

    /// <summary>Which square of an image that is not square is trained on. A fixed one is encoded once.</summary>
    public TrainingCrop Crop { get; init; } = TrainingCrop.Random;

    /// <summary>All random numbers follow from it.</summary>
    public long Seed { get; init; }

    /// <summary>Folder of the checkpoint; <see langword="null"/> for none.</summary>
    public string? CheckpointFolder { get; init; }

    /// <summary>Steps between checkpoints, at least 1.</summary>
    public int CheckpointEvery { get; init; } = 200;

    /// <summary>Sample images during training; <see langword="null"/> for none.</summary>
    public LoraValidation? Validation { get; init; }

    /// <summary>Gets sentences on what the user should know, such as prompts that are too long; <see langword="null"/> for none.</summary>
    public Action<string>? Log { get; init; }

    /// <summary>Checks the ranges given with the properties.</summary>
    /// <exception cref="ArgumentException">A setting is out of range; the message names it.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Rank, 1);
        RequirePositive(Alpha, nameof(Alpha));
        RequirePositive(LearningRate, nameof(LearningRate));
        RequirePositive(TextEncoderLearningRate ?? 1, nameof(TextEncoderLearningRate));
        ArgumentOutOfRangeException.ThrowIfNegative(WarmupSteps);
        ArgumentOutOfRangeException.ThrowIfLessThan(Steps, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(BatchSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(GradientAccumulation, 1);
        RequirePositive(MaxGradientNorm, nameof(MaxGradientNorm));
        RequireRange(WeightDecay, double.MaxValue, nameof(WeightDecay));
        RequirePositive(MinSnrGamma ?? 1, nameof(MinSnrGamma));
        RequireRange(NoiseOffset, double.MaxValue, nameof(NoiseOffset));
        RequireRange(CaptionDropout, 1, nameof(CaptionDropout));
        ArgumentOutOfRangeException.ThrowIfLessThan(CheckpointEvery, 1);
        Validation?.Validate();
    }

    private static void RequirePositive(double value, string name)
    {
        if (!(value > 0 && double.IsFinite(value))) throw new ArgumentOutOfRangeException(name, value, "It must be above 0.");
    }

    private static void RequireRange(double value, double highest, string name)
    {
        if (!(value >= 0 && value <= highest)) throw new ArgumentOutOfRangeException(name, value, highest == 1 ? "It must be 0 to 1." : "It must be at least 0.");
    }
}
