namespace MLNet.SynthAugment.Evaluation.Comparisons.Results;

/// <summary>
/// Everything that the results of a comparison depend on, as its report keeps it. What users may write themselves
/// (methods, trainers, augmentations) is kept as JSON; what an older version did not write has its default.
/// </summary>
public sealed record ComparisonSettings
{
    /// <summary>The image set; see <see cref="ComparisonOptions.Images"/>.</summary>
    public required string Images { get; init; }

    /// <summary>Numbers of real training images per class.</summary>
    public IReadOnlyList<int> Shots { get; init; } = [];

    /// <summary>Numbers of synthetic images per class.</summary>
    public IReadOnlyList<int> Amounts { get; init; } = [];

    /// <summary>The number of seeds.</summary>
    public int Seeds { get; init; }

    /// <summary>Whether seeds from 2 on took other shots.</summary>
    public bool DrawShots { get; init; }

    /// <summary>The arms.</summary>
    public IReadOnlyList<ArmKind> Arms { get; init; } = [];

    /// <summary>The settings of the methods by name.</summary>
    public IReadOnlyDictionary<string, JsonNode> Methods { get; init; } = new Dictionary<string, JsonNode>();

    /// <summary>The trainer's name.</summary>
    public required string Trainer { get; init; }

    /// <summary>All of the trainer's settings.</summary>
    public JsonObject TrainerSettings { get; init; } = [];

    /// <summary>The classic augmentation; null where a file does not say it.</summary>
    public JsonNode? Augmentation { get; init; }

    /// <summary>The folder of the diffusion model; null for the embedded one.</summary>
    public string? Model { get; init; }

    /// <summary>The folder of the CLIP model; null for the embedded one, or none.</summary>
    public string? Clip { get; init; }

    /// <summary>Which synthetic images were accepted; null for all.</summary>
    public ImageSelection? Selection { get; init; }

    /// <summary>Words for labels that are codes.</summary>
    public IReadOnlyDictionary<string, string>? ClassNames { get; init; }

    /// <summary>How images were turned.</summary>
    public ImageOrientation ImageOrientation { get; init; } = ImageOrientation.AsStored;

    /// <summary>What transparent images were composed on, as <c>#RRGGBB</c>.</summary>
    public string ImageGround { get; init; } = new ImageReading().GroundName;

    /// <summary>Synthetic images made together.</summary>
    public int BatchSize { get; init; }

    /// <summary>Where synthetic images were made.</summary>
    public string Device { get; init; } = "auto";

    /// <summary>The number format that the diffusion model computed in.</summary>
    public Precision Precision { get; init; } = Precision.Float32;

    internal static ComparisonSettings Of(ComparisonOptions options) => new()
    {
        Images = options.Images,
        Shots = options.Shots,
        Amounts = options.Amounts,
        Seeds = options.Seeds,
        DrawShots = options.DrawShots,
        Arms = options.Arms,
        Methods = options.Methods.ToDictionary(method => method.Name, method => ComparisonKeys.Of(method.Method)),
        Trainer = options.Trainer.Name,
        TrainerSettings = options.Trainer.Settings.DeepClone().AsObject(),
        Augmentation = options.Augmentation.Describe(ComparisonJson.Format),
        Model = options.Model?.Folder,
        Clip = options.Clip?.Folder,
        Selection = options.Selection,
        ClassNames = options.ClassNames,
        ImageOrientation = options.ImageOrientation,
        ImageGround = options.Reading.GroundName,
        BatchSize = options.BatchSize,
        Device = options.Device,
        Precision = options.Precision,
    };
}
