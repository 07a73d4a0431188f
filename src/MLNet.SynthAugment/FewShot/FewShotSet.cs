namespace MLNet.SynthAugment.FewShot;

/// <summary>What one pass over the training view found.</summary>
/// <param name="Classes">The classes, ordered by label, so that the order of rows changes nothing.</param>
/// <param name="Rows">The rows in their order.</param>
internal sealed record FewShotSet(IReadOnlyList<ShotClass> Classes, IReadOnlyList<FewShotRow> Rows);
