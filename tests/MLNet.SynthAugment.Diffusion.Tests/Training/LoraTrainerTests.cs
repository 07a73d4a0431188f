using MLNet.SynthAugment.Diffusion.Lora;
using MLNet.SynthAugment.Diffusion.Training;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Tests.Training;

public sealed class LoraTrainerTests : IDisposable
{
    private static readonly LoraTrainingOptions s_options = TinyTraining.Options;

    private readonly LatentDiffusionModel _model = TinyModels.LatentDiffusion();
    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"lora-training-{Guid.NewGuid():N}");

    public void Dispose()
    {
        _model.Dispose();
        if (Directory.Exists(_folder)) Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void The_loss_falls_and_the_model_itself_stays_as_it_was()
    {
        var before = _model.UNet.state_dict().ToDictionary(pair => pair.Key, pair => pair.Value.detach().clone());
        var losses = new List<double>();
        using var adapter = new LoraTrainer(_model, s_options with { Steps = 120 })
            .Train(Examples(), new Callback<TrainingProgress>(progress => losses.Add(progress.Loss)));
        Assert.Equal(120, losses.Count);
        Assert.True(losses.TakeLast(30).Average() < 0.96 * losses.Take(30).Average(),
            $"{losses.Take(30).Average()} → {losses.TakeLast(30).Average()}");
        Assert.All(_model.UNet.state_dict(), pair => Assert.True(Tensors.BitEqual(before[pair.Key], pair.Value)));
        Assert.All(new LoraLayers(_model).ByPath.Values, layer => Assert.Empty(layer.Adapters));
        Assert.All(_model.UNet.parameters(),
            parameter => Assert.True(parameter.requires_grad && parameter.grad is null));
        Assert.All(adapter.Layers.Values, matrices => Assert.True(matrices.B.abs().max().item<float>() > 0));
        Assert.Contains(adapter.Layers.Keys, path => path.StartsWith("text_encoder.", StringComparison.Ordinal));
    }

    [Fact]
    public void Equal_seeds_give_equal_adapters_and_other_seeds_others()
    {
        using var first = new LoraTrainer(_model, s_options).Train(Examples());
        using var again = new LoraTrainer(_model, s_options).Train(Examples());
        using var other = new LoraTrainer(_model, s_options with { Seed = 6 }).Train(Examples());
        AssertBitEqual(first, again);
        Assert.Contains(first.Layers, layer => !Tensors.BitEqual(layer.Value.A, other.Layers[layer.Key].A));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(5)]
    public void A_cancelled_run_goes_on_bit_by_bit(int stopAfter)
    {
        var options = s_options with { CheckpointFolder = _folder };
        using var uninterrupted = new LoraTrainer(_model, s_options).Train(Examples());
        using (var cancellation = new CancellationTokenSource())
        {
            var stop = new Callback<TrainingProgress>(progress =>
            {
                if (progress.Step == stopAfter) cancellation.Cancel();
            });
            Assert.ThrowsAny<OperationCanceledException>(
                () => new LoraTrainer(_model, options).Train(Examples(), stop, cancellation.Token));
        }
        var steps = new List<int>();
        using var resumed = new LoraTrainer(_model, options).Train(Examples(), new Callback<TrainingProgress>(progress => steps.Add(progress.Step)));
        Assert.Equal(Enumerable.Range(stopAfter + 1, s_options.Steps - stopAfter), steps);
        AssertBitEqual(uninterrupted, resumed);

        steps.Clear();
        using var finished = new LoraTrainer(_model, options).Train(Examples(), new Callback<TrainingProgress>(progress => steps.Add(progress.Step)));
        Assert.Empty(steps);
        AssertBitEqual(uninterrupted, finished);
    }

    [Fact]
    public void A_run_that_crashed_goes_on_from_its_last_checkpoint_bit_by_bit()
    {
        var options = s_options with { CheckpointFolder = _folder };
        using var uninterrupted = new LoraTrainer(_model, s_options).Train(Examples());
        var crash = new Callback<TrainingProgress>(progress =>
        {
            if (progress.Step == 5) throw new InvalidOperationException("crash");
        });
        Assert.Throws<InvalidOperationException>(() => new LoraTrainer(_model, options).Train(Examples(), crash));
        var steps = new List<int>();
        using var resumed = new LoraTrainer(_model, options).Train(Examples(), new Callback<TrainingProgress>(progress => steps.Add(progress.Step)));
        Assert.Equal(4, steps[0]);
        AssertBitEqual(uninterrupted, resumed);
    }

    [Fact]
    public void The_checkpoint_of_another_run_is_refused_by_a_sentence_that_names_the_difference()
    {
        using (new LoraTrainer(_model, s_options with { CheckpointFolder = _folder }).Train(Examples())) { }
        var other = new LoraTrainer(_model, s_options with { CheckpointFolder = _folder, LearningRate = 1 });
        Assert.Contains("learning_rate", Assert.Throws<InvalidDataException>(() => other.Train(Examples())).Message);
        var sameOptions = new LoraTrainer(_model, s_options with { CheckpointFolder = _folder });
        Assert.Contains("examples",
            Assert.Throws<InvalidDataException>(() => sameOptions.Train(Examples(firstSeed: 9))).Message);
    }

    [Theory]
    [InlineData(true, TrainingCrop.Center)]
    [InlineData(false, TrainingCrop.Center)]
    [InlineData(true, TrainingCrop.Random)]
    [InlineData(false, TrainingCrop.Random)]
    public void Frozen_text_encoders_and_random_crops_train_and_resume_too(bool trainTextEncoder, TrainingCrop crop)
    {
        var options = s_options with { TrainTextEncoder = trainTextEncoder, Crop = crop, BatchSize = 100 };
        var examples = Examples(width: 24, height: 19);
        using var first = new LoraTrainer(_model, options).Train(examples);
        using var again = new LoraTrainer(_model, options).Train(examples);
        AssertBitEqual(first, again);
        Assert.Equal(trainTextEncoder,
            first.Layers.Keys.Any(path => path.StartsWith("text_encoder.", StringComparison.Ordinal)));
        using var otherCrop = new LoraTrainer(_model, options with { Crop = crop == TrainingCrop.Center ? TrainingCrop.Random : TrainingCrop.Center }).Train(examples);
        Assert.Contains(first.Layers, layer => !Tensors.BitEqual(layer.Value.A, otherCrop.Layers[layer.Key].A));
    }

    [Fact]
    public void A_model_in_half_precision_gets_an_adapter_in_float32()
    {
        using var half = TinyModels.LatentDiffusion(ScalarType.BFloat16);
        using var adapter = new LoraTrainer(half, s_options).Train(Examples());
        Assert.All(adapter.Layers.Values,
            matrices => Assert.Equal((ScalarType.Float32, ScalarType.Float32), (matrices.A.dtype, matrices.B.dtype)));
        Assert.All(adapter.Layers.Values, matrices => Assert.True(matrices.B.abs().max().item<float>() > 0));
    }

    [Fact]
    public void Training_that_diverges_stops_and_names_the_step()
    {
        using (no_grad()) _model.UNet.parameters().First().fill_(float.NaN);
        var error = Assert.Throws<TrainingDivergedException>(
            () => new LoraTrainer(_model, s_options).Train(Examples()));
        Assert.Equal(0, error.Step);
        Assert.Contains("step 0", error.Message);
        Assert.Contains("learning rate", error.Message);
    }

    [Fact]
    public void Misuse_is_refused()
    {
        Assert.Throws<ArgumentException>(() => new LoraTrainer(_model, s_options).Train([]));
        Assert.ThrowsAny<ArgumentException>(
            () => new LoraTrainer(_model, s_options with { Rank = 0 }).Train(Examples()));
        Assert.ThrowsAny<ArgumentException>(
            () => new LoraTrainer(_model, s_options with { LearningRate = double.NaN }).Train(Examples()));
        Assert.Contains("1E+30",
            Assert.ThrowsAny<ArgumentException>(
                () => new LoraTrainer(_model, s_options with { LearningRate = 1e38 }).Train(Examples())).Message);
        Assert.ThrowsAny<ArgumentException>(
            () => new LoraTrainer(_model, s_options with { TextEncoderLearningRate = 1e38 }).Train(Examples()));
    }

    [Fact]
    public void Every_example_comes_up_once_an_epoch_and_the_order_follows_from_seed_and_step()
    {
        var order = new ExampleOrder(examples: 5, batchSize: 2, seed: 3);
        var epochs = Enumerable.Range(0, 10).SelectMany(order.Batch).Chunk(5).ToList();
        Assert.All(epochs, epoch => Assert.Equal([0, 1, 2, 3, 4], epoch.Order()));
        Assert.Contains(epochs, epoch => !epoch.SequenceEqual(epochs[0]));
        Assert.Equal(order.Batch(7), new ExampleOrder(examples: 5, batchSize: 2, seed: 3).Batch(7));
    }

    [Fact]
    public void Progress_tells_the_time_left()
    {
        var last = default(TrainingProgress);
        using var adapter = new LoraTrainer(_model, s_options).Train(Examples(), new Callback<TrainingProgress>(progress =>
        {
            Assert.True(progress.StepsPerSecond > 0 && progress.GradientNorm > 0);
            Assert.Equal((s_options.Steps - progress.Step) / progress.StepsPerSecond, progress.Remaining.TotalSeconds,
                3);
            last = progress;
        }));
        Assert.Equal((8, 8, TimeSpan.Zero), (last.Step, last.Steps, last.Remaining));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Training_keeps_resident_memory_flat(bool allOptions) => TrainManySteps(60, allOptions);

    [LongFact]
    public void A_thousand_training_steps_with_all_options_keep_resident_memory_flat() =>
        TrainManySteps(1000, allOptions: true);

    [LongFact]
    public void Two_thousand_training_steps_keep_resident_memory_flat() => TrainManySteps(2000, allOptions: false);

    private void TrainManySteps(int steps, bool allOptions)
    {
        var (half, managedHalf) = (0L, 0L);
        var options = s_options with { Steps = steps };
        if (allOptions)
        {
            options = options with
            {
                GradientAccumulation = 2,
                RecomputeActivations = true,
                MinSnrGamma = 5,
                NoiseOffset = 0.1,
                CaptionDropout = 0.1,
                TextEncoderLearningRate = 1e-3,
                UNetTargets = LoraTargets.UNetWithConvolutions,
                CheckpointFolder = _folder,
                CheckpointEvery = 20,
            };
        }
        using var scope = NewDisposeScope();
        using (new LoraTrainer(_model, options).Train(Examples(), new Callback<TrainingProgress>(progress =>
        {
            if (progress.Step == steps / 2) (half, managedHalf) =
                (ResidentMemory.Bytes(), GC.GetTotalMemory(forceFullCollection: true));
        }))) { }
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - managedHalf, long.MinValue, 2 << 20);
        Assert.InRange(ResidentMemory.Bytes() - half, long.MinValue, 16 << 20);
        Assert.Equal(0, scope.DisposablesCount);
    }

    private static List<TrainingExample> Examples(int width = 16, int height = 16, int firstSeed = 1) =>
        TinyTraining.Examples(5, width, height, firstSeed);

    private static void AssertBitEqual(LoraAdapter expected, LoraAdapter actual) =>
        TinyTraining.AssertBitEqual(expected, actual);
}
