using MLNet.SynthAugment.Cli.Options;
using MLNet.SynthAugment.Diffusion;
using MLNet.SynthAugment.Selection;

namespace MLNet.SynthAugment.Cli.Generate;

/// <summary>
/// Everything that a run of <c>generate</c> depends on; written to <c>settings.json</c>, from which the run can be
/// started again. Paths are absolute.
/// </summary>
internal sealed record GenerateSettings
{
    /// <summary>A folder or zip of images, with <c>:split</c> where it is divided.</summary>
    public required string Images { get; init; }

    /// <summary>The encoding of names in a zip that does not state it; null to find it out.</summary>
    public string? ZipEncoding { get; init; }

    /// <summary>A csv or folder of captions of the images; null for none.</summary>
    public string? Captions { get; init; }

    /// <summary>
    /// A folder or zip of masks of the images, with <c>:split</c> where it is divided; null for none.
    /// </summary>
    public string? Masks { get; init; }

    /// <summary>Real images of each class to learn from; null for all.</summary>
    public int? Shots { get; init; }

    /// <summary>Synthetic images of each class.</summary>
    public int PerClass { get; init; } = 48;

    /// <summary>Brings every class to the same total.</summary>
    public bool Balance { get; init; }

    /// <summary>The method's word on the command line.</summary>
    public required string Method { get; init; }

    /// <summary>All of the method's settings.</summary>
    public required JsonObject MethodSettings { get; init; }

    /// <summary>A model folder; null for the embedded model.</summary>
    public string? Model { get; init; }

    /// <summary>A CLIP folder; null for the one that comes with the embedded model, or none.</summary>
    public string? Clip { get; init; }

    /// <summary>Which images are accepted; null for all.</summary>
    public ImageSelection? Selection { get; init; }

    /// <summary>Words for classes whose names are codes.</summary>
    public IReadOnlyDictionary<string, string>? ClassNames { get; init; }

    /// <summary>Whether images are turned as their EXIF orientation says.</summary>
    public ImageOrientation Orientation { get; init; } = ImageOrientation.AsStored;

    /// <summary>What transparent images are composed on, as <c>#RRGGBB</c>.</summary>
    public string Ground { get; init; } = CommonOptions.DefaultGround;

    public long Seed { get; init; } = 1;

    public int BatchSize { get; init; } = 8;

    public string Device { get; init; } = "auto";

    public Precision Precision { get; init; } = Precision.Float32;

    /// <summary>Where the results are written.</summary>
    public required string Out { get; init; }

    /// <summary>
    /// Where images and what was learnt are kept, so that a run goes on where it stopped; null for a folder in
    /// <see cref="Out"/>.
    /// </summary>
    public string? Store { get; init; }

    /// <summary>How images are turned and composed.</summary>
    /// <exception cref="ArgumentException">The ground is no colour, or not opaque.</exception>
    public ImageReading Reading() => new() { Orientation = Orientation, Ground = ImageReading.ParseGround(Ground) };
}
