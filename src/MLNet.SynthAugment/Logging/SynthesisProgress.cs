namespace MLNet.SynthAugment;

/// <summary>How far the making of synthetic images is.</summary>
/// <param name="Done">Images made so far in this run.</param>
/// <param name="Total">Images that this run has to make.</param>
public readonly record struct SynthesisProgress(long Done, long Total);
