using MLNet.SynthAugment.Diffusion.Lora;

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
