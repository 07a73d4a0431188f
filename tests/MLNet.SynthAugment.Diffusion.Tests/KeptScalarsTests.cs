using MLNet.SynthAugment.Diffusion.Pipelines;
using SixLabors.ImageSharp.PixelFormats;

namespace MLNet.SynthAugment.Diffusion.Tests;

public class KeptScalarsTests
{
    // Each failed before: every seventh time on a machine with two cores and three such processes.
    [LongFact]
    public void Images_are_the_same_while_another_thread_collects_garbage()
    {
        using var model = TinyModels.LatentDiffusion();
        using var stop = new CancellationTokenSource();
        var collector = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                GC.Collect(0);
                // Each collection stops all threads; without a pause no image would get on.
                Thread.Sleep(1);
            }
        });
        var pipeline = new TextToImagePipeline(model);
        var first = Pixels();
        for (var i = 0; i < 50; i++)
            Assert.Equal(first, Pixels());
        stop.Cancel();
        Assert.True(collector.Wait(TimeSpan.FromMinutes(1)));

        byte[] Pixels()
        {
            using var image = pipeline.Generate([new ImageRequest("a photo of a cat", new NoiseKey(1, "cat"))],
                new SamplingOptions { Steps = 2 }).Single();
            var pixels = new Rgb24[image.Width * image.Height];
            image.CopyPixelDataTo(pixels.AsSpan());
            return [.. pixels.SelectMany(pixel => new[] { pixel.R, pixel.G, pixel.B })];
        }
    }
}
