using static TorchSharp.torch;

namespace MLNet.SynthAugment.Benchmarks.Measurements;

/// <summary>
/// What a denoising step costs in a gradient with respect to the seed: once forward, and once more with a graph on the
/// way
/// back, through which the gradient of the latents goes.
/// </summary>
internal static class SeedGradientSteps
{
    public static void Measure(RandomModel model, BenchmarkOptions options, Report report)
    {
        using var guided = model.Guided();
        var time = Timing.Median(options, () =>
        {
            using (no_grad())
                guided.Predict(model.Run, 0, model.Inputs.Latents).Dispose();
            var latents = model.Inputs.Latents.detach().requires_grad_();
            var prediction = guided.Predict(model.Run, 0, latents);
            autograd.grad([prediction], [latents], [ones_like(prediction)]);
        });
        report.Add(model.Shape, $"seed-gradient step, {model.Inputs.Batch} images, guided", time, "ms");
    }
}
