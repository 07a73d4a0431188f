using MLNet.SynthAugment.Diffusion.Training;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace MLNet.SynthAugment.Benchmarks.Measurements;

/// <summary>Training steps of a rank-16 adapter on the UNet, on images of one colour.</summary>
internal static class LoraTrainingSteps
{
    public static void Measure(RandomModel model, BenchmarkOptions options, Report report)
    {
        using var image = new Image<Rgb24>(model.Model.ImageSize, model.Model.ImageSize, new Rgb24(200, 120, 40));
        var training = new LoraTrainingOptions { Steps = options.Rounds + 1, BatchSize = model.Inputs.Batch, TrainTextEncoder = false, WarmupSteps = 0 };
        var examples = Enumerable.Repeat(new TrainingExample(image, "a cat"), model.Inputs.Batch).ToList();
        var times = new StepTimes();
        using var adapter = new LoraTrainer(model.Model, training).Train(examples, times);
        report.Add(model.Shape, $"LoRA training step, {model.Inputs.Batch} images", times.Median(), "ms");
    }

    private sealed class StepTimes : IProgress<TrainingProgress>
    {
        private readonly List<double> _times = [];
        private readonly System.Diagnostics.Stopwatch _watch = new();

        public void Report(TrainingProgress value)
        {
            // The first step also warms up.
            if (_watch.IsRunning)
                _times.Add(_watch.Elapsed.TotalMilliseconds);
            _watch.Restart();
        }

        public double Median() => _times.Order().ElementAt(_times.Count / 2);
    }
}
