using MLNet.SynthAugment.Diffusion;
using MLNet.SynthAugment.Pretraining.Optimization;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Pretraining.Tests;

public sealed class TrainingStageTests : IDisposable
{
    private const long Steps = 40;
    private readonly ImageSetFixture _files = new();

    [Fact]
    public void AnInterruptedStageEndsWithTheSameWeightsAsAnUninterruptedOne()
    {
        var whole = Train("whole.safetensors");
        using (var stop = new CancellationTokenSource())
            Assert.Throws<OperationCanceledException>(
                () => Train("parts.safetensors", stop.Token, step => { if (step == 17) stop.Cancel(); }));
        Assert.Equal(whole, Train("parts.safetensors"));
    }

    [Fact]
    public void AFinishedStageIsNotTrainedAgain()
    {
        var first = Train("stage.safetensors");
        Assert.Equal(first, Train("stage.safetensors", atStep: _ => Assert.Fail("A step was run.")));
    }

    [Fact]
    public void ALossThatIsNoNumberStopsWithTheStep()
    {
        var error = Assert.Throws<InvalidOperationException>(
            () => Train("stage.safetensors", factorAt: step => step == 3 ? double.NaN : 1));
        Assert.Contains("step 3", error.Message);
    }

    [Fact]
    public void ProgressReachesTheEndAndRatesAreSensible()
    {
        var reports = new List<PretrainingProgress>();
        Train("stage.safetensors", progress: new Reports(reports));
        Assert.Equal([10, 20, 30, 40], reports.Select(report => report.Step));
        Assert.Equal(1, reports[^1].Fraction);
        Assert.Equal(TimeSpan.Zero, reports[^1].Remaining);
        Assert.All(reports, report => Assert.True(report.SamplesPerSecond > 0));
        Assert.True(reports[^1].Loss < reports[0].Loss);
    }

    [Theory]
    [InlineData(50, 0, 0.5)]
    [InlineData(50, 90, 0.9)]
    [InlineData(200, 0, 1)]
    public void TheBudgetIsStepsOrTimeWhicheverEndsFirst(long steps, int seconds, double used) =>
        Assert.Equal(used, new StageBudget(100, TimeSpan.FromSeconds(100)).Used(steps, TimeSpan.FromSeconds(seconds)),
            9);

    public void Dispose() => _files.Dispose();

    private float[] Train(
        string checkpoint,
        CancellationToken cancellationToken = default,
        Action<long>? atStep = null,
        Func<long, double>? factorAt = null,
        IProgress<PretrainingProgress>? progress = null)
    {
        using var scope = NewDisposeScope();
        using var weight = new Parameter(zeros(3));
        using var optimizer = new AveragedAdamW([("weight", weight)]);
        var stage = new TrainingStage(
            "test", optimizer, new StageBudget(Steps), 0.5, _files.PathOf(checkpoint), TimeSpan.MaxValue);
        stage.Run(4, Loss, () => { }, progress, cancellationToken);
        return weight.data<float>().ToArray();

        Tensor Loss(long step)
        {
            atStep?.Invoke(step);
            // Far from the start, so that the loss falls; noisy, so that a step that is left out or run twice shows.
            var error = weight - 5 - Noise.Normal(new NoiseKey(1, Index: step), [3]);
            return error.square().mean() * (factorAt?.Invoke(step) ?? 1);
        }
    }

    private sealed class Reports(List<PretrainingProgress> reports) : IProgress<PretrainingProgress>
    {
        public void Report(PretrainingProgress value) => reports.Add(value);
    }
}
