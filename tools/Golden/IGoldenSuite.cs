namespace MLNet.SynthAugment.Golden;

/// <summary>
/// Knows how to check one kind of golden data. Every class of this assembly that implements it takes part; it needs a
/// constructor without parameters.
/// </summary>
internal interface IGoldenSuite
{
    /// <summary>
    /// The cases that a folder holds for this suite; none if it is of another kind. Kinds are told apart by contents
    /// (the config's class, tensor names, JSON keys), never by the folder's name. Only headers are read here, the work
    /// is done when a case runs.
    /// </summary>
    IEnumerable<GoldenCase> Cases(GoldenFolder folder);
}

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
