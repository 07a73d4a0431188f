using MLNet.SynthAugment.Diffusion.Files;
using MLNet.SynthAugment.Diffusion.Lora;
using MLNet.SynthAugment.Diffusion.Pipelines;
using MLNet.SynthAugment.Diffusion.Training;
using MLNet.SynthAugment.Diffusion.Weights;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Tests.Training;

/// <summary>What the options of LoRA training do, on a very small model.</summary>
public sealed class LoraTrainingOptionTests : IDisposable
{
    private readonly LatentDiffusionModel _model = TinyModels.LatentDiffusion();
    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"lora-training-{Guid.NewGuid():N}");

    public void Dispose()
    {
        _model.Dispose();
        if (Directory.Exists(_folder)) Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData(2, 3)]
    [InlineData(1, 6)]
    [InlineData(4, 2)]
    public void Accumulation_of_k_batches_equals_one_batch_of_k_fold_size(int batchSize, int accumulation)
    {
        var options = TinyTraining.Options with { Steps = 4, MinSnrGamma = 5, NoiseOffset = 0.1, CaptionDropout = 0.3 };
        var (whole, pieces) = (new List<TrainingProgress>(), new List<TrainingProgress>());
        using var expected = Train(options with { BatchSize = 6 }, whole.Add);
        using var actual = Train(options with { BatchSize = batchSize, GradientAccumulation = accumulation },
            pieces.Add);
        foreach (var (one, other) in whole.Zip(pieces))
        {
            Assert.Equal(one.Loss, other.Loss, 1e-5);
            Assert.Equal(one.GradientNorm, other.GradientNorm, 1e-3 * one.GradientNorm);
        }
        AssertClose(expected, actual, options.LearningRate);
    }

    [Theory]
    [InlineData(LearningRateSchedule.Constant, 1, false)]
    [InlineData(LearningRateSchedule.Constant, 3, true)]
    [InlineData(LearningRateSchedule.Cosine, 3, false)]
    [InlineData(LearningRateSchedule.Linear, 2, true)]
    public void A_run_with_any_options_goes_on_bit_by_bit(
        LearningRateSchedule schedule, int accumulation, bool recompute)
    {
        var options = TinyTraining.Options with
        {
            Schedule = schedule,
            GradientAccumulation = accumulation,
            RecomputeActivations = recompute,
            MinSnrGamma = 5,
            NoiseOffset = 0.1,
            CaptionDropout = 0.3,
            TextEncoderLearningRate = 1e-3,
            UNetTargets = LoraTargets.UNetWithConvolutions,
        };
        using var uninterrupted = Train(options);
        var crash = TinyTraining.CrashAfter(5);
        Assert.Throws<InvalidOperationException>(() => Train(options with { CheckpointFolder = _folder }, crash));
        using var resumed = Train(options with { CheckpointFolder = _folder });
        TinyTraining.AssertBitEqual(uninterrupted, resumed);
    }

    [Fact]
    public void Recomputed_activations_train_as_kept_ones_do()
    {
        var options = TinyTraining.Options with
        {
            Steps = 4,
            UNetTargets = [.. LoraTargets.UNetWithConvolutions, "conv_in", "conv_out", "linear_1", "linear_2"]
        };
        var (kept, recomputed) = (new List<TrainingProgress>(), new List<TrainingProgress>());
        using var expected = Train(options, kept.Add);
        using var actual = Train(options with { RecomputeActivations = true }, recomputed.Add);
        foreach (var (one, other) in kept.Zip(recomputed))
        {
            Assert.Equal(one.Loss, other.Loss, 1e-5);
            Assert.Equal(one.GradientNorm, other.GradientNorm, 1e-4 * one.GradientNorm);
        }
        AssertClose(expected, actual, options.LearningRate);
        Assert.All(actual.Layers, layer => Assert.True(layer.Value.B.abs().max().item<float>() > 0, layer.Key));
    }

    [Fact]
    public void Dropped_captions_are_empty_prompts()
    {
        using var dropped = Train(TinyTraining.Options with { CaptionDropout = 1 });
        using var empty = new LoraTrainer(_model, TinyTraining.Options)
            .Train([.. TinyTraining.Examples(6).Select(example => example with { Prompt = "" })]);
        TinyTraining.AssertBitEqual(empty, dropped);
        using var frozen = Train(TinyTraining.Options with { CaptionDropout = 0.5, TrainTextEncoder = false });

        using var scope = NewDisposeScope();
        var batches = TinyTraining.Batches(_model, TinyTraining.Options with { BatchSize = 6, CaptionDropout = 0.25 });
        var prompts = Enumerable.Range(0, 200).SelectMany(step => batches.Draw(step).Prompts).ToList();
        // 1,200 draws: three standard deviations of their share are 0.0375.
        Assert.Equal(0.25, prompts.Count(prompt => prompt.Length == 0) / (double)prompts.Count, 0.0375);
    }

    [Fact]
    public void Offset_noise_differs_from_plain_noise_by_one_number_for_each_image_and_channel()
    {
        using var scope = NewDisposeScope();
        var plain = TinyTraining.Batches(_model, TinyTraining.Options with { BatchSize = 6 });
        var offset = TinyTraining.Batches(_model, TinyTraining.Options with { BatchSize = 6, NoiseOffset = 0.1 });
        var differences = Enumerable.Range(0, 50).Select(step => offset.Draw(step).Noise - plain.Draw(step).Noise)
            .ToList();
        Assert.All(differences, difference =>
            TensorAssert.Close(difference[.., .., ..1, ..1].expand(difference.shape), difference, 1e-6));
        var numbers = cat([.. differences.Select(difference => difference[.., .., 0, 0].reshape(-1))]);
        // 1,200 draws: the standard deviation is known to about ±3/√(2n).
        Assert.Equal(0.1, numbers.std().item<float>(), 0.0065);
    }

    [Fact]
    public void The_text_encoder_may_have_a_learning_rate_of_its_own()
    {
        using var adapter = Train(TinyTraining.Options with { TextEncoderLearningRate = 1e-12 });
        Assert.All(adapter.Layers, layer =>
        {
            var learned = layer.Value.B.abs().max().item<float>();
            Assert.True(layer.Key.StartsWith("text_encoder.", StringComparison.Ordinal)
                ? learned is > 0 and < 1e-9f : learned > 1e-3f, layer.Key);
        });
    }

    [Fact]
    public void Targets_decide_which_layers_learn()
    {
        using var feedForward = Train(TinyTraining.Options with
        {
            UNetTargets = LoraTargets.UNetWithFeedForward,
            TextEncoderTargets = LoraTargets.TextEncoderWithFeedForward
        });
        Assert.All(new[] { "unet.mid_block.attentions.0.transformer_blocks.0.ff.net.0.proj",
            "unet.mid_block.attentions.0.proj_in", "text_encoder.text_model.encoder.layers.0.mlp.fc1" },
            path => Assert.True(feedForward.Layers[path].B.abs().max().item<float>() > 0));
        Assert.DoesNotContain(feedForward.Layers.Keys, path => path.Contains("resnets", StringComparison.Ordinal));
        using var convolutions = Train(
            TinyTraining.Options with { UNetTargets = LoraTargets.UNetWithConvolutions, TrainTextEncoder = false });
        Assert.All(new[] { "unet.mid_block.resnets.0.conv1", "unet.mid_block.resnets.0.time_emb_proj",
            "unet.down_blocks.0.downsamplers.0.conv" },
            path => Assert.True(convolutions.Layers[path].B.abs().max().item<float>() > 0));
        Assert.Throws<ArgumentException>(
            () => Train(TinyTraining.Options with { UNetTargets = ["nowhere"], TrainTextEncoder = false }));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_model_in_bfloat16_learns_all_kinds_of_layers_in_float32(bool recompute)
    {
        using var half = TinyModels.LatentDiffusion(ScalarType.BFloat16);
        var options = TinyTraining.Options with
        {
            UNetTargets = LoraTargets.UNetWithConvolutions,
            GradientAccumulation = 2,
            RecomputeActivations = recompute,
            Steps = 20
        };
        using var adapter = new LoraTrainer(half, options).Train(TinyTraining.Examples(6));
        Assert.All(adapter.Layers,
            layer => Assert.True(layer.Value.B.isfinite().all().item<bool>()
                && layer.Value.B.abs().max().item<float>() > 0, layer.Key));
    }

    [Fact]
    public void SDXL_models_train_both_text_encoders()
    {
        using var model = TinyModelKinds.Create(TinyModelKinds.Xl);
        using var adapter = new LoraTrainer(model, TinyTraining.Options).Train(TinyTraining.Examples(6));
        Assert.All(new[] { "text_encoder.", "text_encoder_2.", "unet." }, part => Assert.All(
            adapter.Layers.Where(layer => layer.Key.StartsWith(part, StringComparison.Ordinal)
            && !layer.Key.Contains("layers.2.", StringComparison.Ordinal)),
            layer => Assert.True(layer.Value.B.abs().max().item<float>() > 0, layer.Key)));
        using var frozen = new LoraTrainer(model, TinyTraining.Options with
        {
            TrainTextEncoder = false,
            RecomputeActivations = true
        }).Train(TinyTraining.Examples(6));
        Assert.All(frozen.Layers.Keys, path => Assert.StartsWith("unet.", path));
    }

    [Theory]
    [InlineData(TinyModelKinds.Inpaint)]
    [InlineData(TinyModelKinds.Upscaler)]
    public void Models_that_take_more_than_text_and_images_are_refused(string kind)
    {
        using var model = TinyModelKinds.Create(kind);
        Assert.Contains("text-to-image",
            Assert.Throws<InvalidOperationException>(
                () => new LoraTrainer(model, TinyTraining.Options).Train(TinyTraining.Examples(2))).Message);
    }

    [Theory]
    [InlineData(TinyModelKinds.StableDiffusion2)]
    [InlineData(TinyModelKinds.Taesd)]
    public void Models_of_v_prediction_and_with_a_tiny_autoencoder_learn(string kind)
    {
        using var model = TinyModelKinds.Create(kind);
        var losses = new List<double>();
        using var adapter = new LoraTrainer(model,
            TinyTraining.Options with { Steps = 80, BatchSize = 6, MinSnrGamma = 5 })
            .Train(TinyTraining.Examples(6), new Callback<TrainingProgress>(progress => losses.Add(progress.Loss)));
        Assert.True(losses.TakeLast(20).Average() < losses.Take(20).Average(),
            $"{losses.Take(20).Average()} → {losses.TakeLast(20).Average()}");
    }

    [Fact]
    public void Overflow_stops_with_the_last_good_adapter_and_leaves_a_sound_checkpoint()
    {
        var options = TinyTraining.Options with
        {
            LearningRate = 1e25,
            WarmupSteps = 3,
            Steps = 50,
            CheckpointFolder = _folder,
            CheckpointEvery = 1,
            WeightDecay = 0
        };
        var losses = new List<double>();
        var error = Assert.Throws<TrainingDivergedException>(
            () => Train(options, progress => losses.Add(progress.Loss)));
        Assert.True(error.Step > 0);
        Assert.Equal(error.Step, losses.Count);
        Assert.All(losses, loss => Assert.True(double.IsFinite(loss)));
        using var lastGood = error.LastGoodAdapter!;
        Assert.All(lastGood.Layers.Values,
            matrices => Assert.True(
                matrices.A.isfinite().all().item<bool>() && matrices.B.isfinite().all().item<bool>()));
        using var attached = lastGood.Attach(new LoraLayers(_model));
        using var checkpoint = SafetensorsFile.Open(Path.Combine(_folder, "training.safetensors"));
        using var values = checkpoint.Read("values");
        Assert.True(values.isfinite().all().item<bool>());
    }

    [Fact]
    public void A_checkpoint_that_was_being_written_when_the_process_was_killed_changes_nothing()
    {
        using var uninterrupted = Train(TinyTraining.Options);
        var options = TinyTraining.Options with { CheckpointFolder = _folder };
        Assert.Throws<InvalidOperationException>(() => Train(options, TinyTraining.CrashAfter(5)));
        var checkpoint = Path.Combine(_folder, "training.safetensors");
        var good = File.ReadAllBytes(checkpoint);
        var unfinished = Path.Combine(_folder, $".training.safetensors.{Guid.NewGuid():N}.tmp");
        File.WriteAllBytes(unfinished, good[..(good.Length / 2)]);
        Assert.Throws<IOException>(() => AtomicFile.Write(checkpoint, stream =>
        {
            stream.Write(good.AsSpan(0, good.Length / 2));
            throw new IOException("The disk is full.");
        }));
        Assert.Equal(good, File.ReadAllBytes(checkpoint));
        using var resumed = Train(options);
        TinyTraining.AssertBitEqual(uninterrupted, resumed);
        Assert.Equal([checkpoint], Directory.GetFiles(_folder));
    }

    [Fact]
    public void Validation_images_come_from_the_adapter_so_far_and_change_nothing()
    {
        var seen = new List<(int Step, byte[][] Images)>();
        var validation = new LoraValidation
        {
            Prompts = ["a cat", "a dog"],
            Every = 3,
            Seed = 4,
            Sampling = new SamplingOptions { Steps = 2 },
            OnImages = set =>
            {
                seen.Add((set.Step, [.. set.Images.Select(TestImages.Bytes)]));
                foreach (var image in set.Images) image.Dispose();
            },
        };
        using var plain = Train(TinyTraining.Options);
        using var watched = Train(TinyTraining.Options with { Validation = validation });
        TinyTraining.AssertBitEqual(plain, watched);
        Assert.Equal([3, 6, 8], seen.Select(set => set.Step));
        Assert.All(seen, set => Assert.Equal(2, set.Images.Length));
        Assert.NotEqual(seen[0].Images[0], seen[2].Images[0]);

        using var merged = watched.Attach(new LoraLayers(_model));
        var requests = validation.Prompts.Select((prompt, i) => new ImageRequest(prompt, new NoiseKey(4, Index: i)))
            .ToList();
        var expected = new TextToImagePipeline(_model).Generate(requests, validation.Sampling);
        foreach (var (image, validated) in expected.Zip(seen[2].Images))
        {
            TestImages.AssertClose(TestImages.Bytes(image), validated);
            image.Dispose();
        }
        Assert.ThrowsAny<ArgumentException>(
            () => Train(TinyTraining.Options with { Validation = validation with { Prompts = [] } }));
    }

    private LoraAdapter Train(LoraTrainingOptions options, Action<TrainingProgress>? progress = null) =>
        new LoraTrainer(_model, options).Train(
            TinyTraining.Examples(6), progress is null ? null : new Callback<TrainingProgress>(progress));

    // Adam turns the sign of a gradient near 0 into a full step, so single values may differ by a step or two; the mean
    // may not.
    private static void AssertClose(LoraAdapter expected, LoraAdapter actual, double learningRate)
    {
        using var scope = NewDisposeScope();
        Assert.Equal(expected.Layers.Keys, actual.Layers.Keys);
        var differences = cat([.. expected.Layers.SelectMany(
            layer => new[] { layer.Value.A - actual.Layers[layer.Key].A, layer.Value.B - actual.Layers[layer.Key].B })
            .Select(difference => difference.reshape(-1))]).abs();
        Assert.InRange(differences.mean().item<float>(), 0, 1e-3 * learningRate);
    }
}
