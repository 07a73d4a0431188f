using System.Text.Json.Nodes;
using MLNet.SynthAugment.Cli.Pretrain;
using MLNet.SynthAugment.Cli.Tests.Generate;

namespace MLNet.SynthAugment.Cli.Tests.Pretrain;

public sealed class PretrainCommandTests : IDisposable
{
    private readonly GenerateFixture _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void The_settings_file_starts_the_same_run_again_and_options_override_it()
    {
        var (exitCode, output) =
            Run("--images", _files.AddSet(), "--out", _files.In("out"), "--exclude", "dog", "--seed", "3", "--steps",
            "1", "--autoencoder-steps", "1", "--contrastive-steps", "1", "--batch", "2", "--device", "cpu");
        Assert.True(exitCode == 0, output);
        Assert.Equal(_files.In("set"), (string)_files.Settings["Images"]![0]!);
        Assert.Equal("dog", (string)_files.Settings["Exclude"]![0]!);
        Assert.Equal(3, (int)_files.Settings["Seed"]!);

        (exitCode, output) = Run(
            "--settings", _files.In("out", "settings.json"), "--out", _files.In("again"), "--checkpoint-minutes", "7");
        Assert.True(exitCode == 0, output);
        Assert.Equal(File.ReadAllBytes(Weights("out")), File.ReadAllBytes(Weights("again")));
        var again = JsonNode.Parse(File.ReadAllText(_files.In("again", "settings.json")))!;
        Assert.Equal(_files.In("again"), (string)again["Out"]!);
        Assert.Equal(7, (double)again["CheckpointMinutes"]!);
        (again["Out"], again["CheckpointMinutes"]) = (_files.In("out"), 10);
        Assert.True(JsonNode.DeepEquals(_files.Settings, JsonNode.Parse(again.ToJsonString())));
    }

    [Fact]
    public void Of_a_set_with_splits_the_training_images_are_taken()
    {
        _files.AddImage(1, "split", "photos", "train", "cat", "1.png");
        _files.AddImage(2, "split", "photos", "train", "cat", "2.png");
        _files.AddImage(3, "split", "photos", "test", "cat", "3.png");
        var (exitCode, output) =
            Run("--images", _files.In("split"), "--out", _files.In("out"), "--steps", "1", "--autoencoder-steps", "1",
            "--contrastive-steps", "1", "--batch", "2", "--device", "cpu");
        Assert.True(exitCode == 0, output);
        Assert.Equal($"{_files.In("split")}:photos/train", (string)_files.Settings["Images"]![0]!);
        Assert.Contains("the split 'photos/train' is read, not 'photos/test'", output);
        Assert.Contains("2 images of 1 classes", output);
    }

    [Theory]
    [InlineData("Give --images", "--out", "x")]
    [InlineData("Give --out", "--images", "set")]
    [InlineData("holds no settings of 'synthaugment pretrain'", "--settings", "settings.json")]
    [InlineData("must be even, not 3", "--images", "set", "--out", "x", "--batch", "3")]
    public void Errors_are_sentences(string expected, params string[] arguments)
    {
        _files.AddSet();
        _files.AddText("{ \"Imags\": [] }", "settings.json");
        var (exitCode, output) =
            Run([.. arguments.Select(
            argument => argument is "set" or "settings.json" or "x" ? _files.In(argument) : argument)]);
        Assert.Equal(1, exitCode);
        Assert.Contains(expected, output);
        Assert.False(Directory.Exists(_files.In("x")));
    }

    private string Weights(string folder) => _files.In(folder, "unet", "diffusion_pytorch_model.safetensors");

    private static (int ExitCode, string Output) Run(params string[] arguments) =>
        GenerateFixture.Run(PretrainCommand.Create(), arguments);
}
