using MLNet.SynthAugment.Cli.Options;
using MLNet.SynthAugment.Diffusion.Images;
using MLNet.SynthAugment.Evaluation;
using MLNet.SynthAugment.Selection;

namespace MLNet.SynthAugment.Cli.Evaluate;

/// <summary>Everything that a run of <c>evaluate</c> depends on. Paths are absolute.</summary>
internal sealed record EvaluateSettings
{
    /// <summary>The real images: a folder or zip, with <c>:split</c> where it is divided.</summary>
    public required string Real { get; init; }

    /// <summary>The synthetic images, likewise.</summary>
    public required string Synthetic { get; init; }

    /// <summary>The encoding of names in a zip that does not state it; null to find it out.</summary>
    public string? ZipEncoding { get; init; }

    /// <summary>Real images of each class; null for all.</summary>
    public int? Shots { get; init; }

    /// <summary>A CLIP folder; null for the embedded model.</summary>
    public string? Clip { get; init; }

    /// <summary>What tells the class of an image; null leaves it to the model.</summary>
    public ClassReference? Reference { get; init; }

    /// <summary>Prompts for class names.</summary>
    public IReadOnlyList<string> Templates { get; init; } = new EvaluationOptions().Templates;

    /// <summary>k of precision, recall, density and coverage.</summary>
    public int Neighbours { get; init; } = Prdc.DefaultNeighbourCount;

    /// <summary>Whether images are turned as their EXIF orientation says.</summary>
    public ImageOrientation Orientation { get; init; } = ImageOrientation.AsStored;

    /// <summary>What transparent images are composed on, as <c>#RRGGBB</c>.</summary>
    public string Ground { get; init; } = ReadingOptions.DefaultGround;

    /// <summary>Where CLIP runs.</summary>
    public string Device { get; init; } = "auto";
}
