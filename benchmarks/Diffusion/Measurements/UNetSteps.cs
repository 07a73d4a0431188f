using static TorchSharp.torch;

namespace MLNet.SynthAugment.Benchmarks.Measurements;

/// <summary>One guided denoising step: both halves of guidance through the UNet, without the scheduler.</summary>
internal static class UNetSteps
{
    public static void Measure(RandomModel model, BenchmarkOptions options, Report report)
    {
        using var gradientMode = no_grad();
        using var guided = model.Guided();
        var time = Timing.Median(options, () => guided.Predict(model.Run, 0, model.Inputs.Latents));
        report.Add(model.Shape, $"UNet step, {model.Inputs.Batch} images, guided", time, "ms");
    }
}
