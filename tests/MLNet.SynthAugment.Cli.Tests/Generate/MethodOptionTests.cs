using MLNet.SynthAugment.Cli.Options;
using MLNet.SynthAugment.Methods;

namespace MLNet.SynthAugment.Cli.Tests.Generate;

/// <summary>What says how images are made.</summary>
public sealed class MethodOptionTests : IDisposable
{
    private readonly GenerateFixture _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void A_question_mark_lists_the_settings_of_a_run_before_anything_else_is_asked_for()
    {
        var (exitCode, output) = GenerateFixture.Run("--set", "?");
        Assert.Equal(0, exitCode);
        Assert.StartsWith("Settings of variation:", output, StringComparison.Ordinal);
        Assert.Contains("Sampling.Steps = 8  (a whole number)", output);

        (exitCode, output) = GenerateFixture.Run("--method", "datadream", "--set", "?");
        Assert.Equal(0, exitCode);
        Assert.Contains("Training.LearningRate = 0.001  (a number)", output);
        Assert.Contains("Rank of the adapters, at least 1.", output);
        Assert.DoesNotContain("cref", output);

        (exitCode, output) = GenerateFixture.Run(
            "--model", _files.In("model"), "--set", "Training.Epochs=7", "--set", "?", "--out", _files.In("out"));
        Assert.Equal(0, exitCode);
        Assert.Contains("Training.LearningRate = 0.0001  (a number)", output);
        Assert.Contains("Training.Epochs = 7  (a whole number)", output);
        Assert.False(Directory.Exists(_files.In("out")));

        Assert.Equal(0, GenerateFixture.Run(_files.QuickRun(_files.AddSet())).ExitCode);
        (exitCode, output) = GenerateFixture.Run("--settings", _files.In("out", "settings.json"), "--set", "?");
        Assert.Equal(0, exitCode);
        Assert.Contains("Training.Epochs = 2  (a whole number)", output);
    }

    [Fact]
    public void Every_setting_of_every_method_is_described()
    {
        foreach (var kind in SynthesisMethods.All)
            Assert.All(MethodSetting.Of(kind.Type),
                setting => Assert.False(
                    string.IsNullOrEmpty(setting.Description),
                    $"{kind.Word}: {setting.Name}"));
    }

    [Fact]
    public void A_preset_is_what_settings_start_from()
    {
        var (exitCode, output) =
            GenerateFixture.Run([.. _files.QuickRun(_files.AddSet()).TakeWhile(argument => argument != "--set"),
            "--method", "disef", "--preset", "realguidance", "--set", "Sampling.Steps=4"]);
        Assert.True(exitCode == 0, output);
        Assert.True((bool)_files.Settings["MethodSettings"]!["StrengthByShotCount"]!);
        Assert.Equal(4, (int)_files.Settings["MethodSettings"]!["Sampling"]!["Steps"]!);

        (exitCode, output) = GenerateFixture.Run("--method", "seedselect", "--preset", "RealGuidance", "--set", "?");
        Assert.Equal(1, exitCode);
        Assert.Contains("no ready-made settings 'RealGuidance', but ForEmbeddedModel, NormAware.", output);
    }

    [Fact]
    public void Prompts_of_a_file_become_settings_of_classname_and_are_for_it_alone()
    {
        var prompts = _files.AddText("a {class} in the snow\ndog\tmy own dog\n", "prompts.txt");
        var run = _files.QuickRun(_files.AddSet(), "--prompts", prompts).ToList();
        var (exitCode, output) = GenerateFixture.Run([.. run]);
        Assert.Equal(1, exitCode);
        Assert.Contains("--prompts is for --method classname", output);

        run.RemoveRange(run.IndexOf("--set"), run.LastIndexOf("--set") + 2 - run.IndexOf("--set"));
        (exitCode, output) = GenerateFixture.Run([.. run, "--method", "classname", "--set", "Sampling.Steps=2"]);
        Assert.True(exitCode == 0, output);
        Assert.Equal(Enumerable.Repeat("a cat in the snow", 3).Concat(Enumerable.Repeat("my own dog", 3)),
            _files.Prompts());
        Assert.Equal("my own dog", (string)_files.Settings["MethodSettings"]!["ClassPrompts"]!["dog"]![0]!);
    }

    [Fact]
    public void Seeds_that_are_replayed_are_known_by_what_they_are_and_not_by_their_path()
    {
        string[] run = ["--images", _files.AddSet(), "--device", "cpu", "--per-class", "2", "--batch", "2", "--method",
            "seedselect", .. QuickMethod.Arguments("seedselect", _files)];
        var (exitCode, output) = GenerateFixture.Run([.. run, "--out", _files.In("found")]);
        Assert.True(exitCode == 0, output);
        var seeds = Path.Combine(
            Assert.Single(Directory.GetDirectories(_files.In("found", "store"), "seedselect-*")), "state", "seeds");

        string[] replay = [.. run, "--out", _files.In("out"), "--set",
            $"SeedsPath={Path.GetRelativePath(Environment.CurrentDirectory, seeds)}"];
        (exitCode, output) = GenerateFixture.Run(replay);
        Assert.True(exitCode == 0, output);
        Assert.Equal(GenerateFixture.Images(_files.In("found", "images")),
            GenerateFixture.Images(_files.In("out", "images")));
        Assert.Equal(seeds, (string)_files.Settings["MethodSettings"]!["SeedsPath"]!);
        var hash = (string)_files.Settings["MethodSettings"]!["SeedsHash"]!;
        Assert.Equal(64, hash.Length);

        // Other seeds at the same path: the command takes them, the old settings refuse them.
        var image = Directory.GetFiles(seeds, "*.safetensors", SearchOption.AllDirectories)
            .GroupBy(Path.GetDirectoryName).First().ToList();
        (exitCode, output) = GenerateFixture.Run([.. run, "--out", _files.In("others"), "--seed", "5"]);
        Assert.True(exitCode == 0, output);
        var others = Path.Combine(
            Assert.Single(Directory.GetDirectories(_files.In("others", "store"), "seedselect-*")), "state", "seeds");
        foreach (var file in image)
            File.Copy(Path.Combine(others, Path.GetRelativePath(seeds, file)), file, overwrite: true);
        var settings = File.ReadAllText(_files.In("out", "settings.json"));
        (exitCode, output) = GenerateFixture.Run(replay);
        Assert.True(exitCode == 0, output);
        Assert.NotEqual(hash, (string)_files.Settings["MethodSettings"]!["SeedsHash"]!);
        Assert.NotEqual(GenerateFixture.Images(_files.In("found", "images")),
            GenerateFixture.Images(_files.In("out", "images")));

        (exitCode, output) = GenerateFixture.Run(
            "--settings", _files.AddText(settings, "old.json"), "--store", _files.In("new store"));
        Assert.Equal(1, exitCode);
        Assert.Contains($"{hash} was expected", output);
    }
}
