namespace MLNet.SynthAugment.Evaluation.Comparisons.Results;

/// <summary>One training: an arm with a number of shots and a seed.</summary>
/// <param name="Arm">What was trained on.</param>
/// <param name="Shots">Real images of each class.</param>
/// <param name="Seed">The seed.</param>
/// <param name="Steps">Optimiser steps that were taken.</param>
/// <param name="RealRows">Real rows, repeated ones counted each time.</param>
/// <param name="SyntheticRows">Synthetic rows.</param>
/// <param name="Validation">On the images that choices are made by; null where there are none.</param>
/// <param name="Test">On the images that are reported on.</param>
/// <param name="TrainingSeconds">Wall time of the training.</param>
/// <param name="Finished">When it was done, in UTC.</param>
/// <param name="Version">The version of the library it was done with.</param>
public sealed record ArmResult(
    Arm Arm, int Shots, int Seed, int Steps, int RealRows, int SyntheticRows, ClassificationScores? Validation,
    ClassificationScores Test,
    double TrainingSeconds, DateTime Finished, string Version);
