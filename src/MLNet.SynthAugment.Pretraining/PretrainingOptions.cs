using MLNet.SynthAugment.Diffusion.ImageSets;
using MLNet.SynthAugment.Pretraining.Optimization;

namespace MLNet.SynthAugment.Pretraining;

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

    /// <summary>
    /// Classes, by name, that are not trained on but shown to the model now and then, to see what it does with unknown
    /// ones; null for none.
    /// </summary>
    public Predicate<string>? HoldOutClass { get; init; }

    /// <summary>
    /// Folder of a model that pretraining made and that is to be trained further; null to begin anew. Its autoencoder
    /// and the encoders that its UNet is conditioned by stay as they are; its UNet and its CLIP go on from their
    /// weights, each for the steps of its budget, with optimisers that begin anew.
    /// </summary>
    public string? InitialModel { get; init; }

    /// <summary>
    /// Seed of everything random. Another one shows a model that is trained further other pictures than it has seen.
    /// </summary>
    public long Seed { get; init; } = 1;

    /// <summary>When the autoencoder's training ends.</summary>
    public StageBudget AutoencoderBudget { get; init; } = new(5_000);

    /// <summary>
    /// When the training of CLIP ends; no steps leave the CLIP of <see cref="InitialModel"/> as it is.
    /// </summary>
    public StageBudget ContrastiveBudget { get; init; } = new(3_000);

    /// <summary>
    /// When the training of the UNet ends; no steps leave the UNet of <see cref="InitialModel"/> as it is.
    /// </summary>
    public StageBudget DiffusionBudget { get; init; } = new(15_000);

    /// <summary>Pictures in a step of the autoencoder, which learns faster from many small steps; at least 1.</summary>
    public int AutoencoderBatchSize { get; init; } = 8;

    /// <summary>Classes in a step of CLIP, two pictures of each; at least 2.</summary>
    public int ContrastiveClasses { get; init; } = 64;

    /// <summary>Pictures in a step of the UNet, two of a class: even, at least 2.</summary>
    public int DiffusionBatchSize { get; init; } = 32;

    /// <summary>Highest learning rate of the autoencoder.</summary>
    public double AutoencoderLearningRate { get; init; } = 1e-3;

    /// <summary>Highest learning rate of CLIP.</summary>
    public double ContrastiveLearningRate { get; init; } = 2e-3;

    /// <summary>Highest learning rate of the UNet.</summary>
    public double DiffusionLearningRate { get; init; } = 1e-3;

    /// <summary>
    /// Share of pictures without any condition, for classifier-free guidance (Ho and Salimans 2022), 0 … 1.
    /// </summary>
    public double UnconditionalShare { get; init; } = 0.1;

    /// <summary>Share of the other pictures that have no prompt, 0 … 1.</summary>
    public double EmptyPromptShare { get; init; } = 0.6;

    /// <summary>Share of the other pictures that have no CLIP embedding, 0 … 1.</summary>
    public double DroppedEmbeddingShare { get; init; } = 0.35;

    /// <summary>Share of the other pictures that have no joined latents, 0 … 1.</summary>
    public double DroppedLatentsShare { get; init; } = 0.2;

    /// <summary>Share of characters that the program invents and draws itself, 0 … 1.</summary>
    public double InventedShare { get; init; } = 0.35;

    /// <summary>Share of photographs where the sets hold line drawings as well, 0 … 1.</summary>
    public double PhotographShare { get; init; } = 0.15;

    /// <summary>Time between checkpoints and sample pictures.</summary>
    public TimeSpan CheckpointInterval { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Samples in each half of a row of a sample picture, at least 1.</summary>
    public int SamplesPerHalf { get; init; } = 4;

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
        ArgumentOutOfRangeException.ThrowIfLessThan(ContrastiveClasses, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(DiffusionBatchSize, 2);
        if (DiffusionBatchSize % 2 != 0)
            throw new ArgumentException(
                $"A step of the UNet takes pictures in pairs, so {nameof(DiffusionBatchSize)} must be even, not "
                    + $"{DiffusionBatchSize}.");
        ArgumentOutOfRangeException.ThrowIfLessThan(SamplesPerHalf, 1);
        var leastSteps = InitialModel is null ? 1 : 0;
        ArgumentOutOfRangeException.ThrowIfLessThan(AutoencoderBudget.Steps, leastSteps, nameof(AutoencoderBudget));
        ArgumentOutOfRangeException.ThrowIfLessThan(ContrastiveBudget.Steps, leastSteps, nameof(ContrastiveBudget));
        ArgumentOutOfRangeException.ThrowIfLessThan(DiffusionBudget.Steps, leastSteps, nameof(DiffusionBudget));
        foreach (var (name, share) in new[]
        {
            (nameof(UnconditionalShare), UnconditionalShare), (nameof(EmptyPromptShare), EmptyPromptShare),
            (nameof(DroppedEmbeddingShare), DroppedEmbeddingShare), (nameof(DroppedLatentsShare), DroppedLatentsShare),
            (nameof(InventedShare), InventedShare), (nameof(PhotographShare), PhotographShare),
        })
        {
            if (share is not (>= 0 and <= 1))
                throw new ArgumentOutOfRangeException(name, share, "A share lies between 0 and 1.");
        }
        if (InventedShare + PhotographShare > 1)
            throw new ArgumentException(
                $"The shares of invented characters and photographs ({InventedShare} and {PhotographShare}) are more "
                    + "than 1 together.");
    }
}
