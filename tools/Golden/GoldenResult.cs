namespace MLNet.SynthAugment.Golden;

/// <summary>How a case ended.</summary>
internal enum GoldenOutcome
{
    /// <summary>Every comparison is within its tolerance.</summary>
    Ok,

    /// <summary>A comparison is not, or the case threw, or it compared nothing.</summary>
    Failed,

    /// <summary>The case does not apply to this precision.</summary>
    Skipped,

    /// <summary>No suite knows what to do with a folder, a file or a tensor.</summary>
    Unknown,
}

/// <summary>What is to be said of one case.</summary>
/// <param name="Name">Folder and case.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Detail">The comparison closest to its tolerance (or furthest beyond it), or a message.</param>
/// <param name="Elapsed">Time it took.</param>
internal sealed record GoldenResult(string Name, GoldenOutcome Outcome, string Detail, TimeSpan Elapsed = default);
