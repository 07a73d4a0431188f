using System.Diagnostics;
using System.Globalization;
using MLNet.SynthAugment.Diffusion.Seeds;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Methods;

/// <summary>Tells how the seeds of a group come on, a few times a minute and at their end.</summary>
internal sealed class SeedSearchLog(Action<string> log, string label, IReadOnlyList<long> indices, int iterations)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly Stopwatch _sinceLast = Stopwatch.StartNew();

    private string Images => indices.Count == 1 ? $"image {indices[0]}" : $"images {indices[0]} to {indices[^1]}";

    /// <summary>Told after each evaluation.</summary>
    public void Report(SeedIteration iteration)
    {
        if (_sinceLast.Elapsed < Interval)
            return;
        _sinceLast.Restart();
        using var scope = NewDisposeScope();
        var loss = iteration.Result.Loss.mean().item<float>();
        log(string.Create(CultureInfo.InvariantCulture,
            $"Seeds of class '{label}', {Images}: evaluation {iteration.Iteration + 1} of {iterations}, {iteration.Rows.Count} under way, mean loss {loss:0.0000}."));
    }

    /// <summary>Tells the outcome.</summary>
    public void Conclude(IReadOnlyList<OptimizedSeed?> found)
    {
        var seeds = found.OfType<OptimizedSeed>().ToList();
        if (seeds.Count > 0)
            log(string.Create(CultureInfo.InvariantCulture,
                $"Seeds of class '{label}', {Images}: mean loss {seeds.Average(seed => seed.StartLoss):0.0000} before, {seeds.Average(seed => seed.Loss):0.0000} after {seeds.Max(seed => seed.Evaluations)} evaluations."));
        foreach (var (seed, index) in found.Zip(indices).Where(pair => pair.First is { Diverged: true }))
            log(string.Create(CultureInfo.InvariantCulture,
                $"The seed of image {index} of class '{label}' diverged at evaluation {seed!.Evaluations}; the best one before is kept, with loss {seed.Loss:0.0000}."));
    }
}
