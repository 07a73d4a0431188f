using MLNet.SynthAugment.Diffusion;
using MLNet.SynthAugment.Diffusion.ImageSets;
using MLNet.SynthAugment.Pretraining;
using MLNet.SynthAugment.Pretraining.Optimization;

namespace MLNet.SynthAugment.Cli.Pretrain;

/// <summary>
/// Everything that a run of <c>pretrain</c> depends on; written to <c>settings.json</c>, from which the run can be
/// started again. Paths are absolute.
/// </summary>
internal sealed record PretrainSettings
{
    private const double AutoencoderShareOfTime = 0.08;
    private const double ContrastiveShareOfTime = 0.10;

    /// <summary>Folders or zips of images, with <c>:split</c> where they are divided.</summary>
    public required IReadOnlyList<string> Images { get; init; }

    /// <summary>The encoding of names in zips that do not state it; null to find it out.</summary>
    public string? ZipEncoding { get; init; }

    /// <summary>Folder of the model.</summary>
    public required string Out { get; init; }

    /// <summary>What the names of classes begin with that are left out.</summary>
    public IReadOnlyList<string> Exclude { get; init; } = [];

    /// <summary>
    /// What the names of classes begin with that are shown to the model only to see what it does with them.
    /// </summary>
    public IReadOnlyList<string> HoldOut { get; init; } = [];

    /// <summary>Folder of a model to train further; null to begin anew.</summary>
    public string? From { get; init; }

    public long Seed { get; init; } = 1;

    /// <summary>Steps of the UNet.</summary>
    public long Steps { get; init; } = 15_000;

    public long AutoencoderSteps { get; init; } = 5_000;

    /// <summary>Steps of CLIP.</summary>
    public long ContrastiveSteps { get; init; } = 3_000;

    /// <summary>Greatest computing time over all sittings; null for any.</summary>
    public double? Minutes { get; init; }

    /// <summary>Pictures in a step of the UNet.</summary>
    public int Batch { get; init; } = 32;

    public double CheckpointMinutes { get; init; } = 10;

    public string Device { get; init; } = "auto";

    /// <summary>Threads of libtorch on the CPU; null for its own choice.</summary>
    public int? Threads { get; init; }

    /// <summary>Precision of the weights in the finished model.</summary>
    public Precision Precision { get; init; } = Precision.Float16;

    /// <summary>The settings as the library takes them.</summary>
    public PretrainingOptions ToOptions()
    {
        return new PretrainingOptions
        {
            Images = [.. Images.Select(images => ImageSetLocation.Parse(images) with { ZipEncoding = ZipEncoding })],
            OutputFolder = Out,
            ExcludeClass = name => BeginsWithOneOf(name, Exclude),
            HoldOutClass = HoldOut.Count == 0 ? null : name => BeginsWithOneOf(name, HoldOut),
            InitialModel = From,
            Seed = Seed,
            AutoencoderBudget = new StageBudget(AutoencoderSteps, Time(AutoencoderShareOfTime)),
            ContrastiveBudget = new StageBudget(ContrastiveSteps, Time(ContrastiveShareOfTime)),
            DiffusionBudget = new StageBudget(Steps, Time(1 - AutoencoderShareOfTime - ContrastiveShareOfTime)),
            DiffusionBatchSize = Batch,
            CheckpointInterval = TimeSpan.FromMinutes(CheckpointMinutes),
            Device = Device,
            Precision = Precision,
        };

        static bool BeginsWithOneOf(string name, IReadOnlyList<string> texts) =>
            texts.Any(text => name.StartsWith(text, StringComparison.OrdinalIgnoreCase));
        TimeSpan? Time(double share) => Minutes is { } all ? TimeSpan.FromMinutes(all * share) : null;
    }
}
