namespace MLNet.SynthAugment.Diffusion.Training;

/// <summary>
/// Settings of textual inversion (Gal et al. 2023). The defaults are those that DA-Fusion trains with (Trabucco et al.
/// 2024): 1,000 steps of 4 images at a constant 5e-4 for each image of a batch, 2e-3 in all, without clipping.
/// </summary>
public sealed record TextualInversionOptions : TrainingOptions
{
    private const int DefaultBatchSize = 4;
    private const double LearningRateOfAnImage = 5e-4;

    /// <summary>The placeholder of <see cref="Token"/> in the templates.</summary>
    public const string Placeholder = "{token}";

    /// <summary>The defaults.</summary>
    public TextualInversionOptions()
    {
        Steps = 1000;
        BatchSize = DefaultBatchSize;
        LearningRate = DefaultBatchSize * LearningRateOfAnImage;
        WarmupSteps = 0;
        Schedule = LearningRateSchedule.Constant;
        MaxGradientNorm = double.MaxValue;
        Crop = TrainingCrop.Center;
    }

    /// <summary>The placeholder token as prompts will write it: one word that the tokenizer does not know.</summary>
    public string Token { get; init; } = "<class>";

    /// <summary>How many vectors the token stands for, at least 1.</summary>
    public int Vectors { get; init; } = 1;

    /// <summary>
    /// A word or a few that come near what the images show; training starts from their vectors: from each, if there are
    /// as many tokens as <see cref="Vectors"/>, else all from their mean.
    /// </summary>
    public string InitializerText { get; init; } = "object";

    /// <summary>
    /// Whether each vector is brought back to the length it started with after each step. Long vectors drown the other
    /// words of a prompt; kept short ones follow prompts better and come less close to the images.
    /// </summary>
    public bool KeepNorm { get; init; }

    /// <summary>
    /// The prompts of the images, of which each step draws one an image; <c>{token}</c> stands for <see cref="Token"/>.
    /// </summary>
    public IReadOnlyList<string> Templates { get; init; } =
    [
        "a photo of a {token}",
        "a photo of the {token}",
        "a picture of one {token}",
        "an image of a {token}",
        "a close view of a {token}",
        "a clear photo of a {token}",
        "a plain depiction of the {token}",
        "this is a {token}",
    ];

    /// <inheritdoc/>
    internal override bool LearnsText => true;

    /// <summary>The prompts with the token.</summary>
    internal IReadOnlyList<string> Prompts =>
        [.. Templates.Select(template => template.Replace(Placeholder, Token, StringComparison.Ordinal))];

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        ArgumentOutOfRangeException.ThrowIfLessThan(Vectors, 1);
        if (Templates.Count == 0
            || Templates.FirstOrDefault(
                template => !template.Contains(Placeholder, StringComparison.Ordinal)) is not null)
            throw new ArgumentException(
                $"Textual inversion needs templates that all hold {Placeholder}; given are: "
                    + $"{string.Join(", ", Templates.Select(template => $"\"{template}\""))}.", nameof(Templates));
    }
}
