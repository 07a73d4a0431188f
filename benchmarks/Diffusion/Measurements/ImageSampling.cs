using System.Diagnostics;
using MLNet.SynthAugment.Diffusion;
using MLNet.SynthAugment.Diffusion.Pipelines;

namespace MLNet.SynthAugment.Benchmarks.Measurements;

/// <summary>Whole images from prompts: text encoder, denoising with guidance, decoder.</summary>
internal static class ImageSampling
{
    public static void Measure(RandomModel model, BenchmarkOptions options, Report report)
    {
        var pipeline = new TextToImagePipeline(model.Model);
        var sampling = new SamplingOptions { Steps = options.Steps };
        var requests = Enumerable.Range(0, model.Inputs.Batch)
            .Select(index => new ImageRequest("a cat", new NoiseKey(1, "cat", index))).ToList();
        var start = Stopwatch.GetTimestamp();
        var images = pipeline.Generate(requests, sampling, new StepPrinter());
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        foreach (var image in images)
            image.Dispose();
        report.Add(model.Shape, $"{images.Count} images of {options.Steps} guided steps", seconds, "s");
        report.Add(model.Shape, $"images of {options.Steps} guided steps", images.Count / seconds, "a second");
    }

    /// <summary>Tells on the error stream how long runs go.</summary>
    private sealed class StepPrinter : IProgress<SamplingProgress>
    {
        private readonly Stopwatch _watch = Stopwatch.StartNew();

        public void Report(SamplingProgress value)
        {
            if (_watch.Elapsed > TimeSpan.FromSeconds(5))
                Console.Error.WriteLine($"step {value.Step} of {value.Steps} after {_watch.Elapsed.TotalSeconds:0} s");
        }
    }
}
