using MLNet.SynthAugment.Methods;

namespace MLNet.SynthAugment.Tests.Methods;

public sealed class DiffMixTests : IDisposable
{
    private static readonly DiffMix Quick = new()
    {
        Sampling = new() { Steps = 4, GuidanceScale = 2 },
        Training = new(
        )
        { Rank = 2, Epochs = 1, BatchSize = 6, LearningRate = 1e-2 }
    };

    private readonly TinyModelFitting _fitting = new();

    public void Dispose() => _fitting.Dispose();

    [Fact]
    public void Each_image_leans_on_a_shot_of_another_class_and_counts_for_both()
    {
        var rows = _fitting.Read(_fitting.Fit(Quick, options => options.ImagesPerClass = 12));
        var shares = Quick.Start.Strengths.Select(strength => (float)Math.Pow(strength, 0.8)).ToList();
        foreach (var row in rows)
        {
            var source = Array.IndexOf(Drawings.Classes, _fitting.Shots[int.Parse(row.SourceId)].Label);
            var target = Array.IndexOf(Drawings.Classes, row.Label);
            Assert.NotEqual(source, target);
            Assert.Contains(row.SoftLabel[target], shares);
            Assert.Equal(1 - row.SoftLabel[target], row.SoftLabel[source], 6);
            Assert.Equal(1, row.SoftLabel.Sum(), 6);
            Assert.Equal($"a photo of a {row.Label}", row.SynthesisPrompt);
        }
        // Every pair of classes, every strength.
        Assert.Equal(6, rows.Select(row => (_fitting.Shots[int.Parse(row.SourceId)].Label, row.Label)).Distinct()
            .Count());
        Assert.Equal(3, rows.Select(row => row.SoftLabel.Max()).Distinct().Count());
    }

    [Fact]
    public void One_adapter_is_trained_on_all_classes_and_kept()
    {
        var tuned = _fitting.Fit(Quick);
        Assert.Contains(_fitting.Log,
            line => line.Contains("Training the LoRA adapter 'dataset' on 12 images of 3 classes, 2 steps."));
        Assert.Single(Directory.GetFiles(Path.Combine(tuned.StoreFolder, "state"), "*.safetensors"));
        var plain = _fitting.Fit(Quick with { FineTune = false });
        Assert.NotEqual(TinyModelFitting.Pixels(_fitting.Read(plain)[0]),
            TinyModelFitting.Pixels(_fitting.Read(tuned)[0]));
        _fitting.Fit(Quick, options => options.ImagesPerClass = 6);
        Assert.Equal(1, _fitting.Log.Count(line => line.Contains("Training the LoRA adapter")));
    }

    [Fact]
    public void Training_that_was_cancelled_goes_on_to_the_same_images() =>
        MethodRuns.AssertGoesOnAfterCancellationAt("Training the LoRA adapter", Quick);

    [Theory]
    [InlineData(0.7, 0.8, 0.7518)]
    [InlineData(0.5, 1, 0.5)]
    [InlineData(1, 0.8, 1)]
    public void The_target_s_weight_is_the_strength_to_the_power_of_gamma(double strength, double gamma, double weight)
    {
        var weights = (Quick with { Gamma = gamma }).SoftLabelOf("a", "b", strength);
        Assert.Equal(weight, weights["b"], 4);
        Assert.Equal(1 - weight, weights["a"], 4);
    }

    [Fact]
    public void Settings_that_make_no_sense_are_refused()
    {
        Assert.Contains("Gamma",
            Assert.ThrowsAny<ArgumentException>(() => _fitting.Fit(Quick with { Gamma = 0 })).Message);
        Assert.Contains("Strengths is empty",
            Assert.ThrowsAny<ArgumentException>(() =>
                _fitting.Fit(Quick with { Start = Quick.Start with { Strengths = [] } })).Message);
        _fitting.Shots.RemoveAll(shot => shot.Label != "cat");
        Assert.Contains("only one, 'cat'", Assert.Throws<InvalidOperationException>(() => _fitting.Fit(Quick)).Message);
    }
}
