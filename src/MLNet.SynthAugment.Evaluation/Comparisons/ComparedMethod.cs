using MLNet.SynthAugment.Methods;

namespace MLNet.SynthAugment.Evaluation.Comparisons;

/// <summary>A method that is compared.</summary>
/// <param name="Name">What it is called in results; each has another name.</param>
/// <param name="Method">The method with its settings.</param>
public sealed record ComparedMethod(string Name, ISynthesisMethod Method);
