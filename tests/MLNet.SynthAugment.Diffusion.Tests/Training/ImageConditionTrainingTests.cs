using MLNet.SynthAugment.Diffusion.Pipelines;
using MLNet.SynthAugment.Diffusion.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Tests.Training;

/// <summary>Training of models that take images: each example is shown another one of its group.</summary>
public sealed class ImageConditionTrainingTests : IDisposable
{
    private static readonly LoraTrainingOptions s_options =
        TinyTraining.Options with { Steps = 5, ImageEmbeddingDropout = 0, ImageLatentDropout = 0 };

    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly LatentDiffusionModel _model = TinyModelKinds.Create(TinyModelKinds.UnClipWithLatents);

    // Two groups of three and two, one example alone in its group, one without.
    private readonly List<TrainingExample> _examples =
        [.. TinyTraining.Examples(7)
        .Zip(["a", "b", "a", "a", "b", "alone", null], (example, group) => example with { Group = group })];
    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"lora-training-{Guid.NewGuid():N}");

    public void Dispose()
    {
        _model.Dispose();
        _scope.Dispose();
        if (Directory.Exists(_folder)) Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void An_example_is_shown_another_one_of_its_group_or_itself_if_it_is_alone()
    {
        using var encoded = new ImageConditioner(_model).Encode([.. _examples.Select(example => example.Image)]);
        using var conditions = new TrainingImageConditions(_model, s_options, _examples);
        var shown = _examples.Select(_ => new HashSet<int>()).ToList();
        for (var step = 0; step < 30; step++)
        {
            var (labels, latents) = conditions.Draw(step, [0, 1, 2, 3, 4, 5, 6]);
            Assert.Equal([7, 12], labels!.shape);
            for (var row = 0; row < 6; row++)
                shown[row].Add(Enumerable.Range(0, 7)
                    .Single(other => TensorAssert.Difference(encoded.Latents![other], latents![row]) < 1e-6));
            Assert.Equal(0, latents![6].abs().sum().item<float>() + labels[6].abs().sum().item<float>());
        }
        Assert.Equal(["2,3", "4", "0,3", "0,2", "1", "5", ""],
            shown.Select(others => string.Join(',', others.Order())));
    }

    [Fact]
    public void Conditions_are_dropped_independently_at_their_shares()
    {
        var options = s_options with { ImageEmbeddingDropout = 0.25, ImageLatentDropout = 0.5 };
        using var conditions = new TrainingImageConditions(_model, options, _examples);
        var dropped = new int[4];
        for (var step = 0; step < 100; step++)
        {
            using var scope = NewDisposeScope();
            var (labels, latents) = conditions.Draw(step, [0, 1, 2, 3]);
            for (var row = 0; row < 4; row++)
                dropped[(labels![row].abs().sum().item<float>() == 0 ? 1 : 0)
                    + (latents![row].abs().sum().item<float>() == 0 ? 2 : 0)]++;
        }
        Assert.InRange(dropped[0], 110, 190);
        Assert.InRange(dropped[1], 25, 80);
        Assert.InRange(dropped[2], 110, 190);
        Assert.InRange(dropped[3], 25, 80);
    }

    [Theory]
    [InlineData(TinyModelKinds.UnClip)]
    [InlineData(TinyModelKinds.UnClipWithLatents)]
    [InlineData(TinyModelKinds.InstructPix2Pix)]
    public void A_cancelled_run_goes_on_bit_by_bit_and_groups_matter(string kind)
    {
        using var model = TinyModelKinds.Create(kind);
        var options = s_options with
        {
            CheckpointFolder = _folder,
            ImageLatentDropout = 0.3,
            ImageEmbeddingDropout = 0.3
        };
        using var uninterrupted = new LoraTrainer(model, options with { CheckpointFolder = null }).Train(_examples);
        using var cancellation = new CancellationTokenSource();
        var stop = new Callback<TrainingProgress>(progress =>
        {
            if (progress.Step == 3) cancellation.Cancel();
        });
        Assert.ThrowsAny<OperationCanceledException>(
            () => new LoraTrainer(model, options).Train(_examples, stop, cancellation.Token));
        using var resumed = new LoraTrainer(model, options).Train(_examples);
        TinyTraining.AssertBitEqual(uninterrupted, resumed);

        List<TrainingExample> ungrouped = [.. _examples.Select(example => example with { Group = null })];
        using var unconditioned = new LoraTrainer(model, options with { CheckpointFolder = null }).Train(ungrouped);
        Assert.Contains(uninterrupted.Layers,
            layer => !Tensors.BitEqual(layer.Value.B, unconditioned.Layers[layer.Key].B));
        Assert.Throws<InvalidDataException>(() => new LoraTrainer(model, options).Train(ungrouped));
    }

    [Fact]
    public void Recomputed_activations_and_accumulated_batches_give_the_same_adapter()
    {
        using var plain = new LoraTrainer(_model, s_options with { BatchSize = 6, LearningRate = 1e-3 }).Train(_examples);
        using var recomputed = new LoraTrainer(_model, s_options with { BatchSize = 6, LearningRate = 1e-3, RecomputeActivations = true }).Train(_examples);
        using var accumulated = new LoraTrainer(_model, s_options with { BatchSize = 2, GradientAccumulation = 3, LearningRate = 1e-3 }).Train(_examples);
        Assert.All(plain.Layers, layer =>
        {
            TensorAssert.Close(layer.Value.B, recomputed.Layers[layer.Key].B, 1e-3, layer.Key);
            TensorAssert.Close(layer.Value.B, accumulated.Layers[layer.Key].B, 1e-3, layer.Key);
        });
        Assert.Contains(plain.Layers.Values, matrices => matrices.B.abs().max().item<float>() > 2e-3);
    }
}
