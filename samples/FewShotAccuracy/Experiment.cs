using System.Diagnostics;
using FewShotAccuracy.Arms;
using FewShotAccuracy.Images;
using FewShotAccuracy.Reports;

namespace FewShotAccuracy;

/// <summary>
/// Trains the same ML.NET classifier on the shots alone and with images made from them, for several seeds, and measures each on the same
/// test images. A second run with the same settings goes on from the synthetic images already made.
/// </summary>
public sealed class Experiment(ExperimentSettings settings, Action<string> log)
{
    private const int DemoTrainWriters = 20;
    private const int DemoTestWriters = 20;

    /// <exception cref="FileNotFoundException">There are no such images.</exception>
    /// <exception cref="InvalidDataException">The images do not make a few-shot task.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled; what was made is kept.</exception>
    public ExperimentResults Run(CancellationToken cancellation)
    {
        var watch = Stopwatch.StartNew();
        var set = LoadImages(cancellation);
        // The drawn set has many writers, so every seed takes other ones as its shots.
        var splits = Enumerable.Range(1, settings.Seeds)
            .Select(seed => FewShotSplit.Create(set, settings.Shots, seed, settings.DrawShots || settings.Images is null, log))
            .ToList();
        log($"{splits[0].ClassNames.Count} classes, {splits[0].Shots.Count} shots, {splits[0].Test.Count} test images, "
            + $"{settings.PerClassFor(splits[0].ClassNames.Count)} made images for each class.");
        var measurements = new List<ArmMeasurement>();
        for (var seed = 1; seed <= settings.Seeds; seed++)
        {
            measurements.AddRange(new SeedRun(settings, splits[seed - 1], seed, log).Run(cancellation));
            var left = seed < settings.Seeds ? $", about {Durations.Describe(watch.Elapsed / seed * (settings.Seeds - seed))} left" : "";
            log($"Seed {seed} of {settings.Seeds} is done after {Durations.Describe(watch.Elapsed)}{left}.");
        }
        return new ExperimentResults(settings, set.Source, splits[0], measurements, watch.Elapsed);
    }

    private ImageSet LoadImages(CancellationToken cancellation)
    {
        var source = settings.Images ?? DrawDemoSet();
        log($"Reading {source}.");
        return ImageSet.Load(source, Path.Combine(settings.Out, "images"), log, cancellation);
    }

    private string DrawDemoSet()
    {
        var folder = Path.Combine(settings.Out, "demo-set");
        log($"Drawing {settings.DemoClasses} invented characters as {DemoTrainWriters + DemoTestWriters} simulated writers write them.");
        DemoCharacters.Draw(folder, settings.DemoClasses, DemoTrainWriters, DemoTestWriters);
        return folder;
    }
}
