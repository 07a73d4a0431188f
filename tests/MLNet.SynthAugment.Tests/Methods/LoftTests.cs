using MLNet.SynthAugment.Methods;

namespace MLNet.SynthAugment.Tests.Methods;

/// <summary>Adapters of single shots, on a model of a few thousand random weights.</summary>
public sealed class LoftTests : IDisposable
{
    private static readonly Loft Quick = new()
    {
        Training = new() { Epochs = 2, WarmupSteps = 1, LearningRate = 1e-2 },
        Sampling = new() { Steps = 2 },
        PromptTemplate = "{class}"
    };

    private readonly TinyModelFitting _fitting = new();

    public void Dispose() => _fitting.Dispose();

    private int Trainings => _fitting.Log.Count(line => line.Contains("Training the LoRA adapter"));

    [Fact]
    public void Trains_one_adapter_a_shot_once_and_tells_how_many_are_left()
    {
        var fitted = _fitting.Fit(Quick);
        Assert.Equal((12L, 12, 12), (fitted.SyntheticOnly.GetRowCount(), Trainings, fitted.LearntFiles().Count));
        Assert.Contains(_fitting.Log, line => line.Contains("shot 2 of 4 of class 'dog'"));
        Assert.Contains(_fitting.Log, line => line.Contains("12 of 12 files learnt by Loft")
            && line.EndsWith(" 0 s left."));
        _fitting.Fit(Quick);
        Assert.Equal(12, Trainings);
    }

    [Fact]
    public void The_strengths_of_a_pair_make_a_difference_and_a_single_shot_has_no_pair()
    {
        Assert.NotEqual(_fitting.Images(_fitting.Fit(Quick)),
            _fitting.Images(_fitting.Fit(Quick with { FirstStrength = 1 })));
        // The rows' classes take turns.
        var single = _fitting.Shots.Take(3).ToList();
        Assert.Equal(_fitting.Images(_fitting.Fit(single, Quick)),
            _fitting.Images(_fitting.Fit(single, Quick with { FirstStrength = 0.2 })));
    }

    [Fact]
    public void A_run_that_is_cancelled_between_two_adapters_goes_on_with_the_same_outcome() =>
        MethodRuns.AssertGoesOnAfterCancellationAt("shot 2 of 4 of class 'dog'", Quick);

    [Fact]
    public void A_damaged_adapter_is_trained_again_to_the_same_images()
    {
        _fitting.AssertDamagedFilesAreLearntAgain(Quick);
        Assert.Equal(13, Trainings);
    }

    [Fact]
    public void An_adapter_that_could_not_be_put_in_its_place_is_not_trained_again()
    {
        var file = _fitting.Fit(Quick).LearntFiles()[1];
        var good = File.ReadAllBytes(file);
        File.Delete(file);
        Directory.CreateDirectory(Path.Combine(file, "in the way"));
        Assert.Contains("cannot be written",
            Assert.Throws<IOException>(() => _fitting.Fit(Quick, options => options.ImagesPerClass = 8)).Message);

        Directory.Delete(file, recursive: true);
        var steps = _fitting.Log.Count(line => line.Contains("training steps"));
        _fitting.Fit(Quick, options => options.ImagesPerClass = 8);
        Assert.Equal(steps, _fitting.Log.Count(line => line.Contains("training steps")));
        Assert.Equal(good, File.ReadAllBytes(file));
    }

    [Fact]
    public void A_class_s_adapter_cannot_be_exported_and_the_error_says_where_those_of_its_shots_are()
    {
        var fitted = _fitting.Fit(Quick, options => options.ImagesPerClass = 12);
        var error = Assert.Throws<InvalidOperationException>(
            () => fitted.ExportAdapter(_fitting.Folder["dog.safetensors"], label: "dog")).Message;
        Assert.Contains("there is none for the class", error);
        Assert.Contains(Path.Combine(fitted.StoreFolder, "state"), error);
        Assert.DoesNotContain("Name a class", error);
    }

    [Fact]
    public void The_data_set_s_word_goes_into_the_prompt() =>
        Assert.All(_fitting.Read(
            _fitting.Fit(Quick with { PromptTemplate = "a {word}photo of a {class}", DatasetWord = "pet" })),
            row => Assert.Equal($"a pet photo of a {row.Label}", row.SynthesisPrompt));

    [Fact]
    public void Misuse_is_refused_with_a_sentence()
    {
        Assert.Contains("0 to 1",
            Assert.Throws<ArgumentOutOfRangeException>(() => _fitting.Fit(Quick with { FirstStrength = 1.5 })).Message);
        Assert.ThrowsAny<ArgumentException>(() => _fitting.Fit(Quick
            with
        { Training = Quick.Training with { Rank = 0 } }));
        Assert.Contains("{dog}",
            Assert.ThrowsAny<ArgumentException>(() => _fitting.Fit(Quick with { PromptTemplate = "a {dog}" })).Message);
    }

    [Fact]
    public void Defaults_are_the_released_code_s()
    {
        var method = new Loft();
        Assert.Equal((2, 1e-3, 600, 10, 0.5, 50, 2.0),
            (method.Training.Rank, method.Training.LearningRate, method.Training.Epochs, method.Training.WarmupSteps,
                method.FirstStrength,
                method.Sampling.Steps, method.Sampling.GuidanceScale));
    }
}
