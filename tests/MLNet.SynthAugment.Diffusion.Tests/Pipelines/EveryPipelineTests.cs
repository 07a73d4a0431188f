using MLNet.SynthAugment.Diffusion.Pipelines;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Tests.Pipelines;

/// <summary>What holds for each pipeline.</summary>
public class EveryPipelineTests
{
    public static TheoryData<string> Names => [.. AnyPipeline.All];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_model_folder_makes_images_that_do_not_depend_on_their_batch(string pipeline)
    {
        var folder = Directory.CreateTempSubdirectory("model").FullName;
        try
        {
            using (var saved = TinyModelKinds.Create(AnyPipeline.ModelKind(pipeline)))
                saved.Save(folder, Precision.Float32);
            using var model = LatentDiffusionModel.Load(folder);
            var together = AnyPipeline.Generate(pipeline, model, [0, 1, 2]);
            var alone = Enumerable.Range(0, 3)
                .Select(index => Assert.Single(AnyPipeline.Generate(pipeline, model, [index]))).ToList();
            Assert.All(together.Zip(alone), pair => AssertWithinOneLevel(pair.First, pair.Second));
            Assert.NotEqual(TestImages.Bytes(together[0]), TestImages.Bytes(together[2]));
            var again = AnyPipeline.Generate(pipeline, model, [0, 1, 2]);
            Assert.All(together.Zip(again),
                pair => Assert.Equal(TestImages.Bytes(pair.First), TestImages.Bytes(pair.Second)));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Steps_are_told_with_previews_and_cancellation_stops_after_one(string pipeline)
    {
        using var model = TinyModelKinds.Create(AnyPipeline.ModelKind(pipeline));
        using var cancellation = new CancellationTokenSource();
        var progress = new List<SamplingProgress>();
        var previews = new List<Image<Rgb24>>();
        using var scope = NewDisposeScope();
        Assert.ThrowsAny<OperationCanceledException>(
            () => AnyPipeline.Generate(pipeline, model, [0, 1], new Callback<SamplingProgress>(progress.Add), step =>
        {
            Assert.Equal(step.Latents.shape, step.PredictedOriginal.shape);
            previews.AddRange(step.Preview());
            Assert.Equal((step.Latents.shape[3], step.Latents.shape[2]), (previews[^1].Width, previews[^1].Height));
            if (step.Step == 2) cancellation.Cancel();
        }, cancellation.Token));
        Assert.Equal([new(1, AnyPipeline.Steps), new(2, AnyPipeline.Steps)], progress);
        Assert.Equal(4, previews.Count);
        Assert.Equal(0, scope.DisposablesCount);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Nothing_is_left_behind(string pipeline)
    {
        using var model = TinyModelKinds.Create(AnyPipeline.ModelKind(pipeline));
        using var scope = NewDisposeScope();
        ResidentMemory.AssertFlat(
            warmUpRounds: 5, rounds: 10, megabytes: 16,
            round => DisposeAll(AnyPipeline.Generate(pipeline, model, [round, round + 1])));
        Assert.Equal(0, scope.DisposablesCount);
    }

    [LongFact]
    public void A_thousand_images_of_each_pipeline_keep_memory_flat()
    {
        foreach (var pipeline in AnyPipeline.All)
        {
            using var model = TinyModelKinds.Create(AnyPipeline.ModelKind(pipeline));
            using var scope = NewDisposeScope();
            long managed = 0;
            ResidentMemory.AssertFlat(warmUpRounds: 50, rounds: 250, megabytes: 16, round =>
            {
                if (round == 50) managed = GC.GetTotalMemory(forceFullCollection: true);
                DisposeAll(AnyPipeline.Generate(pipeline, model, Enumerable.Range(4 * round, 4)));
            });
            Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - managed, long.MinValue, 1 << 20);
            Assert.Equal(0, scope.DisposablesCount);
        }
    }

    private static void AssertWithinOneLevel(Image<Rgb24> first, Image<Rgb24> second)
    {
        Assert.Equal((first.Width, first.Height), (second.Width, second.Height));
        TestImages.AssertClose(TestImages.Bytes(first), TestImages.Bytes(second));
    }

    private static void DisposeAll(IEnumerable<Image<Rgb24>> images)
    {
        foreach (var image in images) image.Dispose();
    }
}
