using System.Diagnostics;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Benchmarks;

/// <summary>Wall-clock times of repeated work; what it makes is freed.</summary>
internal static class Timing
{
    private const double ShortestMeasurement = 20;

    /// <summary>Median time of one call, in ms.</summary>
    public static double Median(BenchmarkOptions options, Action act)
    {
        var repetitions = Repetitions(options, act);
        return Median([.. Enumerable.Range(0, options.Rounds).Select(_ => Once(options, act, repetitions))]);
    }

    /// <summary>
    /// Median times of two ways to do the same, in ms, and how many times as fast the second is: the median over rounds
    /// in which one follows the other, so that other load on the machine hits both.
    /// </summary>
    public static (double First, double Second, double SpeedUp) Pair(BenchmarkOptions options, Action first, Action second)
    {
        var repetitions = Math.Max(Repetitions(options, first), Repetitions(options, second));
        var rounds = Enumerable.Range(0, options.Rounds).Select(_ => (First: Once(options, first, repetitions), Second: Once(options, second, repetitions))).ToList();
        return (Median([.. rounds.Select(round => round.First)]), Median([.. rounds.Select(round => round.Second)]), Median([.. rounds.Select(round => round.First / round.Second)]));
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    // The first call, which is not measured otherwise, also warms up.
    private static int Repetitions(BenchmarkOptions options, Action act) => (int)Math.Max(1, ShortestMeasurement / Once(options, act, 1));

    private static double Once(BenchmarkOptions options, Action act, int repetitions)
    {
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < repetitions; i++)
        {
            using var scope = NewDisposeScope();
            act();
        }
        if (options.Device.type == TorchSharp.DeviceType.CUDA)
            cuda.synchronize(options.Device);
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds / repetitions;
    }
}
