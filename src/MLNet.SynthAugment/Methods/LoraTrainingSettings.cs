namespace MLNet.SynthAugment.Methods;

/// <summary>
/// How a method trains its LoRA adapters: what of <see cref="LoraTrainingOptions"/> is the user's to choose. Steps
/// follow from <see cref="Epochs"/> and the number of shots, the seed is the run's.
/// </summary>
/// <remarks>
/// Each method has a record of its own, derived from this one, whose defaults are those of the method's paper; see
/// <see cref="SamplingSettings"/>.
/// </remarks>
public abstract record LoraTrainingSettings
{
    /// <summary>Rank of the adapters, at least 1.</summary>
    public int Rank { get; init; } = 16;

    /// <summary>The adapters' change is scaled by Alpha / Rank; above 0. Null for Rank, which scales nothing.</summary>
    public float? Alpha { get; init; }

    /// <summary>The highest learning rate, above 0 and at most 1e30.</summary>
    public double LearningRate { get; init; } = 1e-4;

    /// <summary>
    /// The text encoders' highest learning rate, above 0 and at most 1e30; null for <see cref="LearningRate"/>.
    /// </summary>
    public double? TextEncoderLearningRate { get; init; }

    /// <summary>Steps in which the learning rate rises from 0; 0 for none.</summary>
    public int WarmupSteps { get; init; }

    /// <summary>How the learning rate changes after that.</summary>
    public LearningRateSchedule Schedule { get; init; } = LearningRateSchedule.Cosine;

    /// <summary>Passes over the shots of an adapter, at least 1.</summary>
    public int Epochs { get; init; } = 1;

    /// <summary>Shots that are computed at once, at least 1; never more than an adapter has.</summary>
    public int BatchSize { get; init; } = 8;

    /// <summary>
    /// Batches that make up one step, at least 1: the step of a batch so many times as large, at the memory of one.
    /// </summary>
    public int GradientAccumulation { get; init; } = 1;

    /// <summary>
    /// Whether activations are computed twice instead of kept: far less memory, a third more time, the same gradients.
    /// </summary>
    public bool RecomputeActivations { get; init; }

    /// <summary>Gradients are scaled down to this joint norm, above 0.</summary>
    public double MaxGradientNorm { get; init; } = 1;

    /// <summary>AdamW's decoupled weight decay, 0 to 1e6.</summary>
    public double WeightDecay { get; init; } = 1e-2;

    /// <summary>
    /// Bound γ of min-SNR weighting of the loss (Hang et al. 2023; 5 is usual), above 0; null for none.
    /// </summary>
    public double? MinSnrGamma { get; init; }

    /// <summary>
    /// Standard deviation of an offset of the noise, for very dark and very bright images (0.1 is usual); 0 for none.
    /// </summary>
    public double NoiseOffset { get; init; }

    /// <summary>Chance that a shot is trained with an empty prompt, 0 to 1.</summary>
    public double CaptionDropout { get; init; }

    /// <summary>
    /// For models that take images: the chance, 0 to 1, that a training step leaves out the other shot's embedding, and
    /// the same for its latents.
    /// </summary>
    public double ImageDropout { get; init; } = 0.1;

    /// <summary>Whether the text encoder is adapted too.</summary>
    public bool TrainTextEncoder { get; init; }

    /// <summary>
    /// Which square of a shot, resized to the model's size at its short side, a step sees: another random one each
    /// time, or the middle. Shots are never mirrored: a mirrored letter or sign is another class.
    /// </summary>
    public TrainingCrop Crop { get; init; } = TrainingCrop.Random;

    /// <summary>
    /// Training steps of an adapter: <see cref="Epochs"/> passes of ⌈shots / (<see cref="BatchSize"/> ·
    /// <see cref="GradientAccumulation"/>)⌉ steps.
    /// </summary>
    /// <param name="shots">The number of shots it is trained on.</param>
    /// <exception cref="ArgumentException"><see cref="Epochs"/>, <see cref="BatchSize"/> or
    /// <see cref="GradientAccumulation"/> is below 1, or there are too many steps.</exception>
    public int StepsFor(int shots)
    {
        RequireSteps();
        var together = (long)BatchSize * GradientAccumulation;
        var steps = Epochs * ((shots + together - 1) / together);
        return steps <= int.MaxValue
            ? (int)steps
            : throw new ArgumentException(
                $"{Epochs} Training.Epochs over {shots} shots are {steps} training steps; at most {int.MaxValue} are "
                    + "possible.");
    }

    /// <summary>Checks the ranges given with the properties.</summary>
    /// <exception cref="ArgumentException">A setting is out of range; the message names it.</exception>
    internal void Validate()
    {
        RequireSteps();
        SettingChecks.Within("Training", ToOptions(shots: 1, seed: 0).Validate);
        SettingChecks.RequireNotNegative("Training.ImageDropout", ImageDropout, 1);
    }

    /// <summary>The training of an adapter on a number of shots.</summary>
    internal LoraTrainingOptions ToOptions(int shots, long seed) => new()
    {
        Rank = Rank,
        Alpha = Alpha ?? Rank,
        LearningRate = LearningRate,
        TextEncoderLearningRate = TextEncoderLearningRate,
        WarmupSteps = WarmupSteps,
        Schedule = Schedule,
        Steps = StepsFor(shots),
        BatchSize = BatchSize,
        GradientAccumulation = GradientAccumulation,
        RecomputeActivations = RecomputeActivations,
        MaxGradientNorm = MaxGradientNorm,
        WeightDecay = WeightDecay,
        MinSnrGamma = MinSnrGamma,
        NoiseOffset = NoiseOffset,
        CaptionDropout = CaptionDropout,
        ImageEmbeddingDropout = ImageDropout,
        ImageLatentDropout = ImageDropout,
        TrainTextEncoder = TrainTextEncoder,
        Crop = Crop,
        Seed = seed,
    };

    private void RequireSteps()
    {
        SettingChecks.RequireAtLeastOne("Training.Epochs", Epochs);
        SettingChecks.RequireAtLeastOne("Training.BatchSize", BatchSize);
        SettingChecks.RequireAtLeastOne("Training.GradientAccumulation", GradientAccumulation);
    }
}
