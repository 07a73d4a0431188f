namespace MLNet.SynthAugment.Diffusion.Training;

/// <summary>Settings of LoRA training; the defaults are DataDream's (Kim et al. 2024).</summary>
public sealed record LoraTrainingOptions
{
    /// <summary>Rank of the changes, at least 1.</summary>
    public int Rank { get; init; } = 16;

    /// <summary>Scale numerator of the changes, above 0; the changes are scaled by alpha / rank.</summary>
    public float Alpha { get; init; } = 16;

    /// <summary>Highest learning rate, above 0.</summary>
    public double LearningRate { get; init; } = 1e-4;

    /// <summary>Steps over which the rate rises from 0; 0 for none.</summary>
    public int WarmupSteps { get; init; } = 100;

    /// <summary>How the rate changes after that.</summary>
    public LearningRateSchedule Schedule { get; init; } = LearningRateSchedule.Cosine;

    /// <summary>Number of updates, at least 1.</summary>
    public int Steps { get; init; } = 400;

    /// <summary>Examples an update, at least 1; never more than there are examples.</summary>
    public int BatchSize { get; init; } = 8;

    /// <summary>Gradients are scaled down to this joint norm, above 0.</summary>
    public double MaxGradientNorm { get; init; } = 1;

    /// <summary>Decoupled weight decay, at least 0.</summary>
    public double WeightDecay { get; init; } = 0.01;

    /// <summary>Whether the text encoder is adapted too. If not, its output is computed once a prompt.</summary>
    public bool TrainTextEncoder { get; init; } = true;

    /// <summary>Which square of an image that is not square is trained on. A fixed one is encoded once.</summary>
    public TrainingCrop Crop { get; init; } = TrainingCrop.Random;

    /// <summary>All random numbers follow from it.</summary>
    public long Seed { get; init; }

    /// <summary>Folder of the checkpoint; <see langword="null"/> for none.</summary>
    public string? CheckpointFolder { get; init; }

    /// <summary>Steps between checkpoints, at least 1.</summary>
    public int CheckpointEvery { get; init; } = 200;

    /// <summary>Checks the ranges given with the properties.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of range; the message names it.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Rank, 1);
        RequirePositive(Alpha, nameof(Alpha));
        RequirePositive(LearningRate, nameof(LearningRate));
        ArgumentOutOfRangeException.ThrowIfNegative(WarmupSteps);
        ArgumentOutOfRangeException.ThrowIfLessThan(Steps, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(BatchSize, 1);
        RequirePositive(MaxGradientNorm, nameof(MaxGradientNorm));
        if (!(WeightDecay >= 0)) throw new ArgumentOutOfRangeException(nameof(WeightDecay), WeightDecay, "It must be at least 0.");
        ArgumentOutOfRangeException.ThrowIfLessThan(CheckpointEvery, 1);
    }

    private static void RequirePositive(double value, string name)
    {
        if (!(value > 0 && double.IsFinite(value))) throw new ArgumentOutOfRangeException(name, value, "It must be above 0.");
    }
}
