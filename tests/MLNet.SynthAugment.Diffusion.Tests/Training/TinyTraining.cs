using MLNet.SynthAugment.Diffusion.Lora;
using MLNet.SynthAugment.Diffusion.Training;

namespace MLNet.SynthAugment.Diffusion.Tests.Training;

/// <summary>Short training runs of the tiny models.</summary>
internal static class TinyTraining
{
    public static LoraTrainingOptions Options { get; } = new()
    {
        Rank = 2,
        Alpha = 2,
        Steps = 8,
        BatchSize = 2,
        WarmupSteps = 2,
        LearningRate = 1e-2,
        Seed = 5,
        CheckpointEvery = 3,
    };

    public static List<TrainingExample> Examples(int count, int width = 16, int height = 16, int firstSeed = 1) =>
        [.. Enumerable.Range(firstSeed, count)
            .Select(seed => new TrainingExample(
                TestImages.Pattern(width, height, seed), seed % 2 == 0 ? "a cat" : "a dog"))];

    /// <summary>The batches of a run over six examples.</summary>
    public static TrainingBatches Batches(LatentDiffusionModel model, LoraTrainingOptions options) =>
        Batches(model, Examples(6), options);

    /// <summary>The batches of a run.</summary>
    public static TrainingBatches Batches(
        LatentDiffusionModel model, List<TrainingExample> examples, LoraTrainingOptions options)
    {
        using var images = new TrainingImages(examples, model.ImageSize, options.Crop);
        return new TrainingBatches(
            model, options, [.. examples.Select(example => example.Prompts)],
            new TrainingLatents(model, images, default), new TrainingImageConditions(model, options, examples));
    }

    public static Action<TrainingProgress> CrashAfter(int step) => progress =>
    {
        if (progress.Step == step) throw new InvalidOperationException("crash");
    };

    public static void AssertBitEqual(LoraAdapter expected, LoraAdapter actual)
    {
        Assert.Equal(expected.Layers.Keys, actual.Layers.Keys);
        Assert.All(expected.Layers, layer =>
        {
            Assert.True(Tensors.BitEqual(layer.Value.A, actual.Layers[layer.Key].A), layer.Key);
            Assert.True(Tensors.BitEqual(layer.Value.B, actual.Layers[layer.Key].B), layer.Key);
        });
    }
}
