using System.Diagnostics;
using MLNet.SynthAugment.Benchmarks.Measurements;

namespace MLNet.SynthAugment.Benchmarks;

/// <summary>All that can be measured, by the names of the command line.</summary>
internal static class Benchmarks
{
    private const double Megabyte = 1024 * 1024;

    public static IReadOnlyDictionary<string, Action<RandomModel, BenchmarkOptions, Report>> All { get; } = new Dictionary<string, Action<RandomModel, BenchmarkOptions, Report>>
    {
        ["unet"] = UNetSteps.Measure,
        ["optimizations"] = ExactOptimizations.Measure,
        ["approximations"] = Approximations.Measure,
        ["overhead"] = CallOverhead.Measure,
        ["sampling"] = ImageSampling.Measure,
        ["training"] = LoraTrainingSteps.Measure,
        ["seed-gradient"] = SeedGradientSteps.Measure,
    };

    public static void Run(ModelShape shape, BenchmarkOptions options, IReadOnlyList<string> chosen, Report report)
    {
        using var model = new RandomModel(shape, options);
        report.Add(shape, "weights", model.WeightBytes / Megabyte, "MB");
        foreach (var name in chosen)
        {
            if (!All.TryGetValue(name, out var measure))
                throw new ArgumentException($"There is no measurement '{name}'; choose from {string.Join(", ", All.Keys)}.");
            measure(model, options, report);
        }
        using var process = Process.GetCurrentProcess();
        report.Add(shape, "peak memory of the process so far", process.PeakWorkingSet64 / Megabyte, "MB");
    }
}
