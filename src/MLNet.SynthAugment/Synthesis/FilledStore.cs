using MLNet.SynthAugment.Store;

namespace MLNet.SynthAugment.Synthesis;

/// <summary>What a store gave for some quotas.</summary>
/// <param name="Images">The images wanted, class by class.</param>
/// <param name="Rejected">The candidates that were rejected on the way, class by class; some of them may be among the
/// images nevertheless.</param>
internal sealed record FilledStore(IReadOnlyList<StoredImage> Images, IReadOnlyList<StoredImage> Rejected);
