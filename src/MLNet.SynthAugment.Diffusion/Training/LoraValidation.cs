using MLNet.SynthAugment.Diffusion.Pipelines;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace MLNet.SynthAugment.Diffusion.Training;

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
