using MLNet.SynthAugment.Diffusion.Pipelines;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Benchmarks.Measurements;

/// <summary>What the approximations save, against the same steps computed exactly, in turns.</summary>
internal static class Approximations
{
    public static void Measure(RandomModel model, BenchmarkOptions options, Report report)
    {
        foreach (var interval in new[] { 2, 3, 5 })
            report.Add(model.Shape, $"speed-up by DeepFeatureInterval {interval}",
                SpeedUp(model, options, new SamplingOptions { DeepFeatureInterval = interval }, interval), "×");
        foreach (var merged in new[] { 0.25, 0.5 })
            report.Add(model.Shape, $"speed-up by MergedTokens {merged}",
                SpeedUp(model, options, new SamplingOptions { MergedTokens = merged }, steps: 1), "×");
    }

    private static double SpeedUp(RandomModel model, BenchmarkOptions options, SamplingOptions approximate, int steps)
    {
        using var gradientMode = no_grad();
        using var exactly = model.Guided();
        using var approximately = model.Guided(approximate);
        return Timing.Pair(options, () => Steps(exactly), () => Steps(approximately)).SpeedUp;

        void Steps(GuidedUNet guided)
        {
            for (var step = 0; step < steps; step++)
                guided.Predict(model.Run, step, model.Inputs.Latents).Dispose();
        }
    }
}
