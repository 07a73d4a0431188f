using MLNet.SynthAugment.Methods;
using MLNet.SynthAugment.Tests.Support;

namespace MLNet.SynthAugment.Tests.Methods;

/// <summary>Adapters of single shots, on a model of a few thousand random weights.</summary>
public sealed class LoftTests : IDisposable
{
    private static readonly Loft Quick = new() { Epochs = 2, WarmupSteps = 1, LearningRate = 1e-2, SamplingSteps = 2, PromptTemplate = "{class}" };

    private readonly TinyModelFitting _fitting = new();

    public void Dispose() => _fitting.Dispose();

    private int Trainings => _fitting.Log.Count(line => line.Contains("Training the LoRA adapter"));

    [Fact]
    public void Trains_one_adapter_a_shot_once_and_tells_how_many_are_left()
    {
        var fitted = _fitting.Fit(Quick);
        Assert.Equal((12L, 12, 12), (fitted.SyntheticOnly.GetRowCount(), Trainings, fitted.LearntFiles().Count));
        Assert.Contains(_fitting.Log, line => line.Contains("shot 2 of 4 of class 'dog'"));
        Assert.Contains(_fitting.Log, line => line.Contains("12 of 12 LoRA adapters of single shots") && line.EndsWith(" 0 s left."));
        _fitting.Fit(Quick);
        Assert.Equal(12, Trainings);
    }

    [Fact]
    public void The_strengths_of_a_pair_make_a_difference_and_a_single_shot_has_no_pair()
    {
        Assert.NotEqual(_fitting.Images(_fitting.Fit(Quick)), _fitting.Images(_fitting.Fit(Quick with { FirstStrength = 1 })));
        // The rows' classes take turns.
        var single = _fitting.Shots.Take(3).ToList();
        Assert.Equal(_fitting.Images(_fitting.Fit(single, Quick)), _fitting.Images(_fitting.Fit(single, Quick with { FirstStrength = 0.2 })));
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
    public void Misuse_is_refused_with_a_sentence()
    {
        Assert.Contains("0 to 1", Assert.Throws<ArgumentOutOfRangeException>(() => _fitting.Fit(Quick with { FirstStrength = 1.5 })).Message);
        Assert.ThrowsAny<ArgumentException>(() => _fitting.Fit(Quick with { Rank = 0 }));
        Assert.Contains("{dog}", Assert.ThrowsAny<ArgumentException>(() => _fitting.Fit(Quick with { PromptTemplate = "a {dog}" })).Message);
    }

    [Fact]
    public void Defaults_are_the_released_code_s()
    {
        var method = new Loft();
        Assert.Equal((2, 1e-3, 600, 10, 0.5, 50, 2.0), (method.Rank, method.LearningRate, method.Epochs, method.WarmupSteps, method.FirstStrength, method.SamplingSteps, method.GuidanceScale));
    }
}
