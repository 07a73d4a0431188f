using MLNet.SynthAugment;
using MLNet.SynthAugment.Methods;

namespace FewShotAccuracy;

/// <summary>What to measure, and how.</summary>
public sealed record ExperimentSettings
{
    private const int BatchSize = 8;

    private static DataDream PaperValues { get; } = new();

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

    /// <summary>The diffusion model; null for the embedded one.</summary>
    public DiffusionModel? Model { get; init; }

    /// <summary>Another method than DataDream; the settings of DataDream are then not used.</summary>
    public ISynthesisMethod? Method { get; init; }

    /// <summary>One adapter for all classes, or one a class.</summary>
    public LoraScope Scope { get; init; } = LoraScope.Dataset;

    /// <summary>DataDream's passes over the shots; null leaves it to the model and the number of shots.</summary>
    public int? Epochs { get; init; }

    /// <summary>DataDream's denoising steps; null leaves it to the model.</summary>
    public int? SamplingSteps { get; init; }

    public string Device { get; init; } = "auto";

    /// <summary>Mirror images in the classic augmentation. Off by default: mirrored characters and signs are other classes.</summary>
    public bool Flip { get; init; }

    /// <summary>Draw the shots from the train split by the seed although the set has an order.</summary>
    public bool DrawShots { get; init; }

    /// <summary>λ of the training loss λ·mean(real) + (1−λ)·mean(made), in every arm that has made rows; DataDream's value.</summary>
    public double RealLossWeight { get; init; } = 0.8;

    /// <summary>Unless named: about 600 synthetic images a seed in all, in whole batches, 8 to 24 a class.</summary>
    public int PerClassFor(int classes) =>
        PerClass ?? Math.Clamp((int)Math.Round(600.0 / classes / BatchSize) * BatchSize, BatchSize, 3 * BatchSize);

    /// <summary>
    /// The method, for a number of shots in all. What is not named is the paper's; with the embedded model it is less, so that three seeds take
    /// minutes on two cores: no more than 40 passes and about 1000 training steps a seed, and 16 denoising steps.
    /// </summary>
    public ISynthesisMethod MethodFor(int shots)
    {
        if (Method is not null)
            return Method;
        return Model is null
            ? DataDream.ForEmbeddedModel with
            {
                Scope = Scope,
                Epochs = Epochs ?? Math.Clamp(1000 * BatchSize / shots, 1, 40),
                SamplingSteps = SamplingSteps ?? 16,
            }
            : new DataDream { Scope = Scope, Epochs = Epochs ?? PaperValues.Epochs, SamplingSteps = SamplingSteps ?? PaperValues.SamplingSteps };
    }
}
