namespace MLNet.SynthAugment.Evaluation.Inspections;

/// <summary>What a path was found to be.</summary>
/// <param name="Kind">What it is, in words.</param>
public sealed record Inspection(string Kind)
{
    /// <summary>Its parts, sizes and hashes: names with values.</summary>
    public IReadOnlyList<(string Name, string Value)> Facts { get; init; } = [];

    /// <summary>What should be looked at though it is sound, a sentence each.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>What is wrong with it, a sentence each; empty if it is sound.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];
}
