using MLNet.SynthAugment.Evaluation.Comparisons.Trainers;
using MLNet.SynthAugment.Methods;

namespace MLNet.SynthAugment.Evaluation.Comparisons;

/// <summary>What is compared, and how.</summary>
public sealed record ComparisonOptions
{
    private const int MaxSeeds = 1000;

    /// <summary>
    /// A folder or zip laid out as <c>train/&lt;class&gt;/*</c>, <c>test/&lt;class&gt;/*</c> and, to choose by,
    /// <c>val/&lt;class&gt;/*</c>; or <c>&lt;class&gt;/*</c>, of which half is kept for testing.
    /// </summary>
    public required string Images { get; init; }

    /// <summary>
    /// The encoding of names in a zip that does not state it, as a code page's name or number; null to find it out.
    /// </summary>
    public string? ZipEncoding { get; init; }

    /// <summary>Numbers of real training images of each class, each at least 1.</summary>
    public IReadOnlyList<int> Shots { get; init; } = [1, 2, 4, 8, 16];

    /// <summary>
    /// Numbers of synthetic images of each class, each at least 0; 0 is what the arms without synthetic images are.
    /// </summary>
    public IReadOnlyList<int> Amounts { get; init; } = [0, 16, 64];

    /// <summary>Repetitions, with seeds 1, 2, …; 1 to 1000. An interval takes at least 2.</summary>
    public int Seeds { get; init; } = 5;

    /// <summary>
    /// Whether seeds from 2 on take other images of <c>train</c> as shots, where a class has more than the shots.
    /// </summary>
    public bool DrawShots { get; init; }

    /// <summary>The arms; those with classic augmentation are left out where there is none.</summary>
    public IReadOnlyList<ArmKind> Arms { get; init; } = Enum.GetValues<ArmKind>();

    /// <summary>The methods.</summary>
    public IReadOnlyList<ComparedMethod> Methods { get; init; } = [];

    /// <summary>What trains the classifiers.</summary>
    public required IComparisonTrainer Trainer { get; init; }

    /// <summary>The classic augmentation.</summary>
    public ImageAugmentation Augmentation { get; init; } = ImageAugmentation.Drawings;

    /// <summary>The diffusion model; null for the embedded one.</summary>
    public DiffusionModel? Model { get; init; }

    /// <summary>
    /// The CLIP model of methods and selection; null for the embedded one with the embedded model, and none with
    /// others.
    /// </summary>
    public ImageTextModel? Clip { get; init; }

    /// <summary>Which synthetic images are accepted; null for all.</summary>
    public ImageSelection? Selection { get; init; }

    /// <summary>Words for labels that are codes.</summary>
    public IReadOnlyDictionary<string, string>? ClassNames { get; init; }

    /// <summary>
    /// Whether images are turned as their EXIF orientation says, for everything that is trained and measured; by
    /// default they are not, as in ML.NET. Whatever trains gets files that can be read in one way only.
    /// </summary>
    public ImageOrientation ImageOrientation { get; init; } = ImageOrientation.AsStored;

    /// <summary>What transparent images are composed on, for everything that is trained and measured; opaque.</summary>
    public Color ImageGround { get; init; } = Color.White;

    /// <summary>Synthetic images made together, at least 1.</summary>
    public int BatchSize { get; init; } = 8;

    /// <summary>Where synthetic images are made: <c>auto</c>, <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>.</summary>
    public string Device { get; init; } = "auto";

    /// <summary>The number format the diffusion model computes in.</summary>
    public Precision Precision { get; init; } = Precision.Float32;

    /// <summary>
    /// Where results and synthetic images are kept. A stopped comparison resumes from what is there.
    /// </summary>
    public required string Folder { get; init; }

    /// <summary>The amounts above 0 in rising order: a larger one adds to the images of a smaller one.</summary>
    internal IReadOnlyList<int> SyntheticAmounts => [.. Amounts.Where(amount => amount > 0).Distinct().Order()];

    internal ImageReading Reading => new() { Orientation = ImageOrientation, Ground = ImageGround };

    internal bool HasAugmentation => !Augmentation.IsNone;

    /// <exception cref="ArgumentException">An option is out of range.</exception>
    internal void Validate()
    {
        ArgumentException.ThrowIfNullOrEmpty(Images);
        ArgumentException.ThrowIfNullOrEmpty(Folder);
        ArgumentOutOfRangeException.ThrowIfLessThan(BatchSize, 1);
        Require(Shots.Count > 0 && Shots.All(count => count >= 1),
            $"The numbers of shots must be at least 1, not {List(Shots)}.");
        Require(Amounts.All(amount => amount >= 0),
            $"The amounts of synthetic images must be at least 0, not {List(Amounts)}.");
        Require(Seeds is >= 1 and <= MaxSeeds, $"The number of seeds must be from 1 to {MaxSeeds}, not {Seeds}.");
        Require(Arms.Count > 0, "Without any arm there is nothing to compare.");
        Require(Methods.DistinctBy(method => method.Name).Count() == Methods.Count,
            $"Two methods have the same name: {string.Join(", ", Methods.Select(method => method.Name))}.");
        Require(Methods.Count > 0 || !Arms.All(Arm.UsesSynthetic),
            "All arms have synthetic images, and no method makes any.");
        ImageReading.CheckGround(ImageGround);
        Augmentation.Validate();
        Selection?.Validate();
        foreach (var compared in Methods)
            compared.Method.Validate();
    }

    private static void Require(bool holds, string sentence)
    {
        if (!holds)
            throw new ArgumentException(sentence);
    }

    private static string List(IEnumerable<int> numbers) => string.Join(", ", numbers);
}

/// <summary>A method that is compared.</summary>
/// <param name="Name">What it is called in results; each has another name.</param>
/// <param name="Method">The method with its settings.</param>
public sealed record ComparedMethod(string Name, ISynthesisMethod Method);
