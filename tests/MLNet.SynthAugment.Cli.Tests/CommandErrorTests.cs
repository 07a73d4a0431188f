using MLNet.SynthAugment.Cli.Pretrain;
using MLNet.SynthAugment.Cli.Tests.Generate;

namespace MLNet.SynthAugment.Cli.Tests;

/// <summary>Errors are sentences with the names of the command line.</summary>
public sealed class CommandErrorTests : IDisposable
{
    private readonly GenerateFixture _files = new();

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData("overflowed or is not a number. Try a lower learning rate", "Training.LearningRate=1e30",
        "Training.Epochs=5")]
    // Beyond what float32 holds: libtorch itself refuses the step, in words that depend on its version.
    [InlineData(".", "Training.LearningRate=1e38", "Training.Epochs=5")]
    [InlineData("at most 2147483647 are possible", "Training.Epochs=2147483647", "Training.BatchSize=1")]
    [InlineData("Training.BatchSize", "Training.BatchSize=0")]
    [InlineData("Training.GradientAccumulation", "Training.GradientAccumulation=-1")]
    public void Training_that_cannot_be_is_a_sentence(string expected, params string[] settings)
    {
        var (exitCode, output) =
            GenerateFixture.Run(_files.QuickRun(
            _files.AddSet(), [.. settings.SelectMany(setting => new[] { "--set", setting })]));
        Assert.Equal(1, exitCode);
        Assert.Contains(expected, output);
        Assert.DoesNotContain("   at ", output);
    }

    [Fact]
    public void A_number_that_is_too_large_is_a_sentence()
    {
        var (exitCode, output) =
            GenerateFixture.Run(PretrainCommand.Create(), "--images", _files.AddSet(), "--out", _files.In("out"),
            "--minutes", "1e300");
        Assert.Equal(1, exitCode);
        Assert.Contains("too large", output);
        Assert.False(Directory.Exists(_files.In("out")));
    }

    [Fact]
    public void A_missing_CLIP_model_is_asked_for_by_its_option()
    {
        var (exitCode, output) =
            GenerateFixture.Run("--images", _files.AddSet(), "--out", _files.In("out"), "--model", _files.In("model"),
            "--method", "seedselect");
        Assert.Equal(1, exitCode);
        Assert.Contains("give its folder as --clip", output);
        Assert.DoesNotContain("Options.", output);
    }

    [Fact]
    public void Missing_masks_are_asked_for_by_their_option()
    {
        var (exitCode, output) =
            GenerateFixture.Run("--images", _files.AddSet(), "--out", _files.In("out"), "--device", "cpu", "--model",
            _files.In("model"), "--method", "disef", "--set", "Start.Masks=KeepObject");
        Assert.Equal(1, exitCode);
        Assert.Contains("give them as --masks", output);
        Assert.DoesNotContain("MaskColumnName", output);
    }

    [Fact]
    public void A_store_that_cannot_be_used_is_told_by_its_option()
    {
        var run = _files.QuickRun(_files.AddSet());
        Assert.Equal(0, GenerateFixture.Run(run).ExitCode);
        File.WriteAllText(Path.Combine(
            Assert.Single(Directory.GetDirectories(_files.In("out", "store"), "datadream-*")), "manifest.db"),
            new string('x', 5000));
        var (exitCode, output) = GenerateFixture.Run(run);
        Assert.Equal(1, exitCode);
        Assert.Contains("Choose another --store", output);
        Assert.DoesNotContain("StoreFolder", output);
    }
}
