using MLNet.SynthAugment.Cli.Options;
using MLNet.SynthAugment.Diffusion;
using MLNet.SynthAugment.Evaluation.Comparisons;
using MLNet.SynthAugment.Selection;
using MLNet.SynthAugment.Trainers.Augmentation;

namespace MLNet.SynthAugment.Cli.Compare;

/// <summary>
/// Everything that a run of <c>compare</c> depends on; written to <c>settings.json</c>, from which the run can be
/// started again. Paths are absolute.
/// </summary>
internal sealed record CompareSettings
{
    /// <summary>A folder or zip of images.</summary>
    public required string Images { get; init; }

    /// <summary>The encoding of names in a zip that does not state it; null to find it out.</summary>
    public string? ZipEncoding { get; init; }

    /// <summary>Numbers of real training images of each class.</summary>
    public IReadOnlyList<int> Shots { get; init; } = [1, 2, 4, 8, 16];

    /// <summary>Numbers of synthetic images of each class.</summary>
    public IReadOnlyList<int> Amounts { get; init; } = [0, 16, 64];

    /// <summary>Repetitions.</summary>
    public int Seeds { get; init; } = 5;

    /// <summary>Whether seeds from 2 on take other shots.</summary>
    public bool DrawShots { get; init; }

    /// <summary>What is trained on.</summary>
    public IReadOnlyList<ArmKind> Arms { get; init; } = Enum.GetValues<ArmKind>();

    /// <summary>The methods by their words, each with all its settings.</summary>
    public required IReadOnlyDictionary<string, JsonObject> Methods { get; init; }

    /// <summary>The classic augmentation.</summary>
    public CompareAugmentation Augmentation { get; init; }

    /// <summary>The trainer's word.</summary>
    public required string Trainer { get; init; }

    /// <summary>All of the trainer's settings.</summary>
    public required JsonObject TrainerSettings { get; init; }

    /// <summary>A model folder; null for the embedded model.</summary>
    public string? Model { get; init; }

    /// <summary>
    /// A CLIP folder, for methods, selection and the trainer <c>cliplora</c>; null for the embedded one.
    /// </summary>
    public string? Clip { get; init; }

    /// <summary>Which synthetic images are accepted; null for all.</summary>
    public ImageSelection? Selection { get; init; }

    /// <summary>Words for classes whose names are codes.</summary>
    public IReadOnlyDictionary<string, string>? ClassNames { get; init; }

    /// <summary>Whether images are turned as their EXIF orientation says.</summary>
    public ImageOrientation Orientation { get; init; } = ImageOrientation.AsStored;

    /// <summary>What transparent images are composed on, as <c>#RRGGBB</c>.</summary>
    public string Ground { get; init; } = CommonOptions.DefaultGround;

    public int BatchSize { get; init; } = 8;

    public string Device { get; init; } = "auto";

    public Precision Precision { get; init; } = Precision.Float32;

    /// <summary>Where results and synthetic images are kept.</summary>
    public required string Out { get; init; }

    /// <summary>What the library compares by them.</summary>
    /// <exception cref="ArgumentException">A setting is out of range.</exception>
    public ComparisonOptions ToOptions()
    {
        var clip = Clip is null ? null : ImageTextModel.FromFolder(Clip);
        return new ComparisonOptions
        {
            Images = Images,
            ZipEncoding = ZipEncoding,
            Shots = Shots,
            Amounts = Amounts,
            Seeds = Seeds,
            DrawShots = DrawShots,
            Arms = Arms,
            Methods = [.. Methods.Select(method => new ComparedMethod(
                method.Key, MethodSettings.Create(MethodSettings.FindKind(method.Key), method.Value)))],
            Trainer = CompareTrainer.Find(Trainer).Create(TrainerSettings, clip, ClassNames, Device),
            Augmentation = Augmentation switch
            {
                CompareAugmentation.Drawings => ImageAugmentation.Drawings,
                CompareAugmentation.Photographs => ImageAugmentation.Photographs,
                _ => ImageAugmentation.None,
            },
            Model = Model is null ? null : DiffusionModel.FromFolder(Model),
            Clip = clip,
            Selection = Selection,
            ClassNames = ClassNames,
            ImageOrientation = Orientation,
            ImageGround = ImageReading.ParseGround(Ground),
            BatchSize = BatchSize,
            Device = Device,
            Precision = Precision,
            Folder = Out,
        };
    }
}

/// <summary>What the classic augmentation of a comparison is.</summary>
internal enum CompareAugmentation
{
    /// <summary>Strong affine changes.</summary>
    Drawings,

    /// <summary>Crops, mirror images, RandAugment, MixUp and CutMix.</summary>
    Photographs,

    /// <summary>None; the arms that are about it are left out.</summary>
    None,
}
