using MLNet.SynthAugment.Diffusion.Lora;
using MLNet.SynthAugment.Diffusion.Pipelines;

namespace MLNet.SynthAugment.Diffusion.Training;

/// <summary>Settings of LoRA training; the defaults are DataDream's (Kim et al. 2024).</summary>
public sealed record LoraTrainingOptions : TrainingOptions
{
    /// <summary>Rank of the changes, at least 1.</summary>
    public int Rank { get; init; } = 16;

    /// <summary>Scale numerator of the changes, above 0; the changes are scaled by alpha / rank.</summary>
    public float Alpha { get; init; } = 16;

    /// <summary>The UNet's layers to adapt, by the last parts of their paths; see <see cref="LoraTargets"/>.</summary>
    public IReadOnlyList<string> UNetTargets { get; init; } = LoraTargets.UNet;

    /// <summary>The text encoders' layers to adapt, likewise; used if <see cref="TrainTextEncoder"/>.</summary>
    public IReadOnlyList<string> TextEncoderTargets { get; init; } = LoraTargets.TextEncoder;

    /// <summary>
    /// The highest learning rate of the text encoders, above 0 and at most 1e30; null for
    /// <see cref="TrainingOptions.LearningRate"/>.
    /// </summary>
    public double? TextEncoderLearningRate { get; init; }

    /// <summary>Whether the text encoders are adapted too. If not, their output is computed once a prompt.</summary>
    public bool TrainTextEncoder { get; init; } = true;

    /// <summary>Sample images during training; <see langword="null"/> for none.</summary>
    public LoraValidation? Validation { get; init; }

    /// <inheritdoc/>
    internal override bool LearnsText => TrainTextEncoder;

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        ArgumentOutOfRangeException.ThrowIfLessThan(Rank, 1);
        RequirePositive(Alpha, nameof(Alpha));
        RequireLearningRate(TextEncoderLearningRate ?? 1, nameof(TextEncoderLearningRate));
        Validation?.Validate();
    }
}

/// <summary>Sample images during training, to see how it goes. They change nothing in the outcome.</summary>
public sealed record LoraValidation
{
    /// <summary>One image a prompt.</summary>
    public required IReadOnlyList<string> Prompts { get; init; }

    /// <summary>Receives the images.</summary>
    public required Action<LoraValidationImages> OnImages { get; init; }

    /// <summary>Updates between two sets of images, at least 1; the last update is followed by a set too.</summary>
    public int Every { get; init; } = 100;

    /// <summary>Seed of the images, the same for every set.</summary>
    public long Seed { get; init; }

    /// <summary>Steps and guidance.</summary>
    public SamplingOptions Sampling { get; init; } = new() { Steps = 25 };

    internal void Validate()
    {
        if (Prompts.Count == 0) throw new ArgumentException(
            "There is no prompt for the validation images.", nameof(Prompts));
        ArgumentOutOfRangeException.ThrowIfLessThan(Every, 1);
        Sampling.Validate();
    }
}

/// <summary>A set of sample images.</summary>
/// <param name="Step">Updates done.</param>
/// <param name="Images">One image a prompt; the receiver owns them.</param>
public sealed record LoraValidationImages(int Step, IReadOnlyList<Image<Rgb24>> Images);
