namespace MLNet.SynthAugment.Evaluation.Comparisons.Results;

/// <summary>One training: an arm with a number of shots and a seed.</summary>
public sealed record ArmResult
{
    /// <summary>What was trained on.</summary>
    public required Arm Arm { get; init; }

    /// <summary>Real images per class.</summary>
    public required int Shots { get; init; }

    /// <summary>The seed.</summary>
    public required int Seed { get; init; }

    /// <summary>The optimiser steps taken.</summary>
    public required int Steps { get; init; }

    /// <summary>Real rows; repeated ones count each time.</summary>
    public required int RealRows { get; init; }

    /// <summary>Synthetic rows.</summary>
    public required int SyntheticRows { get; init; }

    /// <summary>The scores on the images that choices are made by; null where there are none.</summary>
    public ClassificationScores? Validation { get; init; }

    /// <summary>The scores on the images that are reported on.</summary>
    public required ClassificationScores Test { get; init; }

    /// <summary>Wall time of the training in seconds.</summary>
    public required double TrainingSeconds { get; init; }

    /// <summary>When it was done, in UTC.</summary>
    public required DateTime Finished { get; init; }

    /// <summary>The version of the library that it was done with.</summary>
    public required string Version { get; init; }
}

/// <summary>The synthesis of one amount of images.</summary>
public sealed record SynthesisResult
{
    /// <summary>The method's name.</summary>
    public required string Method { get; init; }

    /// <summary>Real images per class.</summary>
    public required int Shots { get; init; }

    /// <summary>The seed.</summary>
    public required int Seed { get; init; }

    /// <summary>Synthetic images per class.</summary>
    public required int Amount { get; init; }

    /// <summary>
    /// Images that were made for it; those of smaller amounts were there before. With a selection, what the progress
    /// counted: not all candidates, and some of it rejected.
    /// </summary>
    public required long Made { get; init; }

    /// <summary>
    /// Wall time in seconds, with what the method learns first; after an interruption, of the last part.
    /// </summary>
    public required double Seconds { get; init; }

    /// <summary>
    /// The share of the examined candidates that the selection accepted, 0 to 1; null without a selection.
    /// </summary>
    public double? Acceptance { get; init; }

    /// <summary>The folder with the images.</summary>
    public required string Store { get; init; }

    /// <summary>Wall time in seconds per image that was made; null if all were there before.</summary>
    public double? SecondsPerImage => Made == 0 ? null : Seconds / Made;
}
