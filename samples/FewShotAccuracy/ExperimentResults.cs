using FewShotAccuracy.Arms;
using FewShotAccuracy.Images;
using FewShotAccuracy.Statistics;

namespace FewShotAccuracy;

/// <summary>What an <see cref="Experiment"/> found.</summary>
/// <param name="Settings">What was asked.</param>
/// <param name="Source">Where the images came from.</param>
/// <param name="Split">Shots and test images of the first seed.</param>
/// <param name="Measurements">One for each arm and seed.</param>
/// <param name="TotalTime">Wall time of the whole run.</param>
public sealed record ExperimentResults(
    ExperimentSettings Settings, string Source, FewShotSplit Split, IReadOnlyList<ArmMeasurement> Measurements, TimeSpan TotalTime)
{
    /// <summary>The arms' accuracies, in the order of the arms.</summary>
    public IReadOnlyList<ArmSummary> Summaries { get; } = Summarise(Measurements);

    private static List<ArmSummary> Summarise(IReadOnlyList<ArmMeasurement> measurements)
    {
        var accuracies = measurements.GroupBy(measurement => measurement.Arm)
            .ToDictionary(group => group.Key, group => group.OrderBy(measurement => measurement.Seed).Select(measurement => measurement.Accuracy).ToList());
        return [.. accuracies.OrderBy(pair => pair.Key).Select(pair => new ArmSummary(
            pair.Key,
            pair.Value,
            SeedInterval.Of(pair.Value),
            pair.Key == Arm.RealOnly ? null : SeedInterval.OfDifferences(pair.Value, accuracies[Arm.RealOnly])))];
    }
}

/// <summary>An arm over all seeds.</summary>
/// <param name="Arm">What was trained on.</param>
/// <param name="Accuracies">One for each seed, 0 to 1.</param>
/// <param name="Accuracy">Their interval.</param>
/// <param name="Difference">The interval of the differences to real only, seed by seed; null for real only itself.</param>
public sealed record ArmSummary(Arm Arm, IReadOnlyList<double> Accuracies, SeedInterval Accuracy, SeedInterval? Difference);
