using Microsoft.ML;
using MLNet.SynthAugment.Diffusion.Weights;
using MLNet.SynthAugment.Trainers;
using MLNet.SynthAugment.Trainers.Augmentation;

namespace MLNet.SynthAugment.Tests.Trainers;

/// <summary>CLIP as a classifier, fine-tuned by LoRA and as it is.</summary>
public sealed class ClipTrainerTests : IDisposable
{
    private readonly Fitting _fitting = new();
    private readonly IDataView _train;
    private readonly IDataView _test;

    public ClipTrainerTests()
    {
        _train = ML.View(ClassifierTests.Rows(_fitting.Folder["train"], 10));
        _test = ML.View(ClassifierTests.Rows(_fitting.Folder["test"], 8, firstNumber: 100));
    }

    public void Dispose() => _fitting.Dispose();

    private MLContext ML => _fitting.ML;

    private static ClipLoraTrainer.Options Options(int steps = 30) => new()
    {
        LabelColumnName = "LabelKey",
        ImageColumnName = "ImagePath",
        BatchSize = 12,
        Steps = steps,
        LearningRate = 1e-2,
        Augmentation = ImageAugmentation.None,
        Device = "cpu",
        Seed = 3,
    };

    private ImageClassificationTransformer Fit(ClipLoraTrainer.Options options) =>
        ML.MulticlassClassification.Trainers.ClipLora(options).Fit(_train);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_embedded_model_learns_easy_classes_and_its_folder_scores_the_same(bool adaptText)
    {
        var options = Options(steps: 120);
        options.AdaptTextEncoder = adaptText;
        options.Templates = ["a photo of a {class}", "a drawing of a {class}"];
        options.ClassNames = new Dictionary<string, string> { ["owl"] = "night owl" };
        using var fitted = Fit(options);
        Assert.True(fitted.Accuracy(ML, _test) > 0.9, $"{fitted.Accuracy(ML, _test)}");

        var folder = _fitting.Folder["saved"];
        fitted.Save(folder);
        using var loaded = ImageClassificationTransformer.Load(ML, folder, device: "cpu");
        Assert.Equal(fitted.Scores(ML, _test), loaded.Scores(ML, _test));
        using var file = SafetensorsFile.Open(Path.Combine(folder, "adapter_model.safetensors"));
        Assert.Equal([16, 64], file.Tensors["base_model.model.vision_model.encoder.layers.0.self_attn.q_proj.lora_A.weight"].Shape);
        Assert.Equal([64, 16], file.Tensors["base_model.model.vision_model.encoder.layers.3.self_attn.v_proj.lora_B.weight"].Shape);
        Assert.Equal(2 * 2 * (adaptText ? 4 + 2 : 4), file.Tensors.Count);
        Assert.Equal(adaptText, file.Tensors.Keys.Any(name => name.Contains("text_model")));
    }

    [Fact]
    public void An_untrained_adapter_changes_nothing_and_training_leaves_the_model_s_own_weights_alone()
    {
        using var zeroShot = ML.MulticlassClassification.ClipZeroShot("ImagePath", Drawings.Classes).Fit(_train);
        var options = Options(steps: 1);
        // The first step of a warm-up has the learning rate 0.
        options.WarmupShare = 1;
        using var fitted = Fit(options);
        Assert.Equal(zeroShot.Scores(ML, _test).SelectMany(row => row), fitted.Scores(ML, _test).SelectMany(row => row),
            (a, b) => Math.Abs(a - b) < 1e-5f);
    }

    [Fact]
    public void The_seed_decides_the_scores_with_all_augmentations()
    {
        float[][] Scores(long seed)
        {
            var options = Options(steps: 4);
            (options.Augmentation, options.Seed) = (ImageAugmentation.Photographs with { MixProbability = 0.5 }, seed);
            using var fitted = Fit(options);
            return fitted.Scores(ML, _test);
        }
        Assert.Equal(Scores(1), Scores(1));
        Assert.NotEqual(Scores(1), Scores(2));
    }

    [Fact]
    public void Another_model_in_the_place_of_the_saved_one_is_refused()
    {
        using var fitted = Fit(Options(steps: 1));
        fitted.Save(_fitting.Folder["saved"]);
        var other = TinyClip.Save(_fitting.Folder["clip"]);
        Assert.Contains("is not the one",
            Assert.Throws<InvalidDataException>(
                () => ImageClassificationTransformer.Load(ML, _fitting.Folder["saved"], other)).Message);
    }

    [Fact]
    public void A_model_of_a_folder_is_found_again()
    {
        var options = Options(steps: 2);
        options.Model = TinyClip.Save(_fitting.Folder["clip"]);
        using var fitted = Fit(options);
        fitted.Save(_fitting.Folder["saved"]);
        using var loaded = ImageClassificationTransformer.Load(ML, _fitting.Folder["saved"], device: "cpu");
        Assert.Equal(fitted.Scores(ML, _test), loaded.Scores(ML, _test));
    }

    [Fact]
    public void Zero_shot_scores_are_the_softmax_of_cosines_and_can_be_evaluated_and_saved()
    {
        using var fitted = ML.MulticlassClassification.ClipZeroShot(new ClipZeroShotEstimator.Options { ImageColumnName = "ImagePath", LabelColumnName = "LabelKey", Device = "cpu" }).Fit(_test);
        Assert.Equal(Drawings.Classes, fitted.ClassNames);
        Assert.InRange(fitted.Accuracy(ML, _test), 0, 1);

        using var clip = ImageTextModel.Embedded.Load("cpu");
        using var image = Drawings.Draw(1, 100);
        using var images = clip.EncodeImages([image]);
        using var texts = clip.EncodeTexts([.. Drawings.Classes.Select(name => $"a photo of a {name}")]);
        using var logits = clip.Model.LogitsPerImage(images, texts);
        using var expected = logits.softmax(-1);
        Assert.Equal(expected.data<float>().ToArray(), fitted.Scores(ML, _test)[1], (a, b) => Math.Abs(a - b) < 1e-5f);

        fitted.Save(_fitting.Folder["saved"]);
        using var loaded = ImageClassificationTransformer.Load(ML, _fitting.Folder["saved"], device: "cpu");
        Assert.Equal(fitted.Scores(ML, _test), loaded.Scores(ML, _test));
    }

    [Fact]
    public void Zero_shot_needs_two_classes_and_an_image_column()
    {
        Assert.Contains("at least two different classes",
            Assert.Throws<ArgumentException>(
                () => ML.MulticlassClassification.ClipZeroShot("ImagePath", ["cat"])).Message);
        Assert.StartsWith("The data has no image column 'Image'.",
            Assert.Throws<ArgumentException>(
                () => ML.MulticlassClassification.ClipZeroShot(labels: ["a", "b"]).Fit(_test)).Message);
    }
}
