using MLNet.SynthAugment.Diffusion.UNets;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Benchmarks.Measurements;

/// <summary>Guided steps with all exact optimisations against the same without any, and with one of them missing, in
/// turns.</summary>
internal static class ExactOptimizations
{
    private static readonly UNetOptimizations s_all = new();

    private static readonly IReadOnlyDictionary<string, UNetOptimizations> s_without = new Dictionary<string,
        UNetOptimizations>
    {
        [nameof(UNetOptimizations.ReusesTextKeysAndValues)] = s_all with { ReusesTextKeysAndValues = false },
        [nameof(UNetOptimizations.SharesTimeEmbedding)] = s_all with { SharesTimeEmbedding = false },
        [nameof(UNetOptimizations.GatesInTwoProducts)] = s_all with { GatesInTwoProducts = false },
        [nameof(UNetOptimizations.KeepsImageLayout)] = s_all with { KeepsImageLayout = false },
    };

    public static void Measure(RandomModel model, BenchmarkOptions options, Report report)
    {
        using var gradientMode = no_grad();
        var (without, with, speedUp) = Pair(model, options, UNetOptimizations.None);
        report.Add(model.Shape, "UNet step without the exact optimisations", without, "ms");
        report.Add(model.Shape, "UNet step with them", with, "ms");
        report.Add(model.Shape, "speed-up by all", speedUp, "×");
        foreach (var (name, optimizations) in s_without)
            report.Add(model.Shape, $"speed-up by {name}", Pair(model, options, optimizations).SpeedUp, "×");
        model.UNet.Optimizations = s_all;
    }

    private static (double First, double Second, double SpeedUp) Pair(RandomModel model, BenchmarkOptions options,
        UNetOptimizations without)
    {
        model.UNet.Optimizations = without;
        using var plain = model.Guided();
        Step(without, plain);
        model.UNet.Optimizations = s_all;
        using var fast = model.Guided();
        return Timing.Pair(options, () => Step(without, plain), () => Step(s_all, fast));

        void Step(UNetOptimizations optimizations, Diffusion.Pipelines.GuidedUNet guided)
        {
            model.UNet.Optimizations = optimizations;
            guided.Predict(model.Run, 0, model.Inputs.Latents).Dispose();
        }
    }
}
