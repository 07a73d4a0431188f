using MLNet.SynthAugment.Diffusion.Pipelines;
using MLNet.SynthAugment.Diffusion.Training;

namespace MLNet.SynthAugment.Methods.Adapters;

/// <summary>How an adapter is trained.</summary>
/// <param name="Options">The training; <see cref="AdapterTraining"/> sets folder of the checkpoint, log and sample
/// images.</param>
/// <param name="Examples">The shots, at least one.</param>
/// <param name="Description">What it is trained on, for the log, such as <c>12 images of 3 classes</c>.</param>
internal sealed record AdapterPlan(
    LoraTrainingOptions Options, IReadOnlyList<AdapterExample> Examples, string Description)
{
    /// <summary>Sample images to make during training; null for none.</summary>
    public SampleImages? Samples { get; init; }

    /// <summary>Sample images of a training.</summary>
    /// <param name="Every">Steps between two sets of them, at least 1.</param>
    /// <param name="Prompts">One image a prompt.</param>
    /// <param name="Sampling">Steps and guidance.</param>
    public sealed record SampleImages(int Every, IReadOnlyList<string> Prompts, SamplingOptions Sampling);
}
