using MLNet.SynthAugment;
using MLNet.SynthAugment.Methods;

namespace FewShotAccuracy;

/// <summary>What to measure, and how.</summary>
public sealed record ExperimentSettings
{
    /// <summary>A folder or zip file of images by class; null for the set of drawn characters.</summary>
    public string? Images { get; init; }

    /// <summary>Real training images of each class.</summary>
    public int Shots { get; init; } = 5;

    /// <summary>Synthetic (and augmented) images of each class; null leaves it to the number of classes.</summary>
    public int? PerClass { get; init; }

    /// <summary>Repetitions, with seeds 1, 2, …</summary>
    public int Seeds { get; init; } = 3;

    /// <summary>Characters of the drawn set.</summary>
    public int DemoClasses { get; init; } = 12;

    /// <summary>Where everything is written.</summary>
    public required string Out { get; init; }

    /// <summary>How synthetic images are made; null leaves it to the model.</summary>
    public ISynthesisMethod? Method { get; init; }

    /// <summary>The diffusion model; null for the embedded one.</summary>
    public DiffusionModel? Model { get; init; }

    public string Device { get; init; } = "auto";

    /// <summary>Mirror images in the classic augmentation. Off by default: mirrored characters and signs are other classes.</summary>
    public bool Flip { get; init; }

    /// <summary>Draw the shots from the train split by the seed although the set has an order.</summary>
    public bool DrawShots { get; init; }

    /// <summary>λ of the training loss λ·mean(real) + (1−λ)·mean(made), in every arm that has made rows; DataDream's value.</summary>
    public double RealLossWeight { get; init; } = 0.8;

    /// <summary>About this many synthetic images a seed in all, in whole batches of 8 a class.</summary>
    public int PerClassFor(int classes)
    {
        const int total = 600, batch = 8;
        return PerClass ?? Math.Clamp((int)Math.Round((double)total / classes / batch) * batch, batch, 8 * batch);
    }
}
