namespace MLNet.SynthAugment.Golden;

/// <summary>One thing to check in a golden folder.</summary>
/// <param name="Name">Name within the folder.</param>
/// <param name="Files">Names of the folder's files that the case checks or needs, the config and the weights
/// included.</param>
/// <param name="Run">Computes and compares, in a dispose scope of its own; what it throws is a failure of the
/// case.</param>
internal sealed record GoldenCase(string Name, IReadOnlyList<string> Files, Action<GoldenChecks> Run)
{
    /// <summary>Whether gradients are recorded while it runs.</summary>
    public bool NeedsGradients { get; init; }

    /// <summary>Whether it is left out in half precision, since what it compares is about float32.</summary>
    public bool Float32Only { get; init; }
}
