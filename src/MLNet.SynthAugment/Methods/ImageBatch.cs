using MLNet.SynthAugment.FewShot;

namespace MLNet.SynthAugment.Methods;

/// <summary>Images to make together.</summary>
/// <param name="Class">The class of all of them.</param>
/// <param name="Indices">Which images of the class, counted from 0; consecutive, and cut at the same places in every
/// run.</param>
public sealed record ImageBatch(ShotClass Class, IReadOnlyList<long> Indices);
