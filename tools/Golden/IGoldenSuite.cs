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
