using MLNet.SynthAugment.Diffusion.ImageSets;
using MLNet.SynthAugment.Diffusion.Pretraining.Optimization;

namespace MLNet.SynthAugment.Diffusion.Pretraining;

/// <summary>What to pretrain on, for how long, and where to put it.</summary>
public sealed record PretrainingOptions
{
    /// <summary>The image sets.</summary>
    public required IReadOnlyList<ImageSetLocation> Images { get; init; }

    /// <summary>
    /// Folder of the finished model. Its subfolder <c>pretraining</c> keeps prepared images, checkpoints and sample
    /// pictures; it may be deleted when the model is finished.
    /// </summary>
    public required string OutputFolder { get; init; }

    /// <summary>Leaves out classes, by name; null for none.</summary>
    public Predicate<string>? ExcludeClass { get; init; }

    /// <summary>Seed of everything random.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>When the autoencoder's training ends.</summary>
    public StageBudget AutoencoderBudget { get; init; } = new(10_000);

    /// <summary>When the training of text encoder and UNet ends.</summary>
    public StageBudget DiffusionBudget { get; init; } = new(30_000);

    /// <summary>Pictures in a step of the autoencoder, which learns faster from many small steps; at least 1.</summary>
    public int AutoencoderBatchSize { get; init; } = 8;

    /// <summary>Pictures in a step of text encoder and UNet, at least 1.</summary>
    public int DiffusionBatchSize { get; init; } = 32;

    /// <summary>Highest learning rate of the autoencoder.</summary>
    public double AutoencoderLearningRate { get; init; } = 1e-3;

    /// <summary>Highest learning rate of text encoder and UNet.</summary>
    public double DiffusionLearningRate { get; init; } = 1e-3;

    /// <summary>Share of prompts left empty, for classifier-free guidance (Ho and Salimans 2022), 0 … 1.</summary>
    public double EmptyPromptShare { get; init; } = 0.12;

    /// <summary>Share of characters that the program invents and draws itself, 0 … 1.</summary>
    public double InventedShare { get; init; } = 0.35;

    /// <summary>Share of photographs where the sets hold line drawings as well, 0 … 1.</summary>
    public double PhotographShare { get; init; } = 0.10;

    /// <summary>Time between checkpoints and sample pictures.</summary>
    public TimeSpan CheckpointInterval { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Samples of each prompt in a sample picture, at least 1.</summary>
    public int SamplesPerPrompt { get; init; } = 6;

    /// <summary>Precision of the weights in the finished model.</summary>
    public Precision Precision { get; init; } = Precision.Float16;

    /// <summary>The device, as <see cref="ComputeDevice.Select"/> takes it.</summary>
    public string Device { get; init; } = "auto";

    /// <summary>Checks the ranges given with the properties.</summary>
    /// <exception cref="ArgumentException">A value is out of its range.</exception>
    public void Validate()
    {
        if (Images.Count == 0)
            throw new ArgumentException("At least one image folder or zip file is needed.");
        ArgumentException.ThrowIfNullOrWhiteSpace(OutputFolder);
        ArgumentOutOfRangeException.ThrowIfLessThan(AutoencoderBatchSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(DiffusionBatchSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(SamplesPerPrompt, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(AutoencoderBudget.Steps, 1, nameof(AutoencoderBudget));
        ArgumentOutOfRangeException.ThrowIfLessThan(DiffusionBudget.Steps, 1, nameof(DiffusionBudget));
        foreach (var (name, share) in new[] { (nameof(EmptyPromptShare), EmptyPromptShare), (nameof(InventedShare), InventedShare), (nameof(PhotographShare), PhotographShare) })
        {
            if (share is not (>= 0 and <= 1))
                throw new ArgumentOutOfRangeException(name, share, "A share lies between 0 and 1.");
        }
        if (InventedShare + PhotographShare > 1)
            throw new ArgumentException($"The shares of invented characters and photographs ({InventedShare} and {PhotographShare}) are more than 1 together.");
    }
}
