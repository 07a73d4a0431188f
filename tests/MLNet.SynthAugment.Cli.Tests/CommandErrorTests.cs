using System.Text.RegularExpressions;
using MLNet.SynthAugment.Cli.Evaluate;
using MLNet.SynthAugment.Cli.Generate;
using MLNet.SynthAugment.Cli.Options;
using MLNet.SynthAugment.Cli.Pretrain;
using MLNet.SynthAugment.Cli.Tests.Generate;

namespace MLNet.SynthAugment.Cli.Tests;

/// <summary>Errors are sentences with the names of the command line.</summary>
public sealed partial class CommandErrorTests : IDisposable
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
        Assert.Contains("set --clip to one", output);
        Assert.DoesNotContain("Options.", output);
    }

    [Fact]
    public void Missing_masks_are_asked_for_by_their_option()
    {
        var (exitCode, output) =
            GenerateFixture.Run("--images", _files.AddSet(), "--out", _files.In("out"), "--device", "cpu", "--model",
            _files.In("model"), "--method", "disef", "--set", "Start.Masks=KeepObject");
        Assert.Equal(1, exitCode);
        Assert.Contains("set --masks to them", output);
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

    [Theory]
    [InlineData("--batch", "BatchSize")]
    [InlineData("--per-class", "ImagesPerClass")]
    [InlineData("Strength", "Strength")]
    public void The_name_of_an_argument_is_that_of_its_option(string expected, string name) =>
        Assert.Equal($"It is too large. ({(expected == name ? $"Parameter '{name}'" : expected)})",
            OptionWords.In(GenerateCommand.Create(), new ArgumentException("It is too large.", name)));

    [Fact]
    public void What_the_library_s_sentences_tell_to_set_is_an_option_of_the_pipeline_step()
    {
        var named = Directory.EnumerateFiles(Repository.PathOf("src", "MLNet.SynthAugment"), "*.cs",
                SearchOption.AllDirectories)
            .SelectMany(file => SettingInText().Matches(File.ReadAllText(file))).Select(match => match.Groups[1].Value)
            .ToHashSet();
        Assert.Contains("StoreFolder", named);
        // What a pipeline alone has.
        named.Remove("AddedColumnPrefix");
        foreach (var name in named)
        {
            Assert.NotNull(typeof(SynthesizeFewShotEstimator.Options).GetProperty(name));
            var sentence = OptionWords.In(GenerateCommand.Create(), $"Set Options.{name}.");
            var option = sentence["Set ".Length..^1];
            Assert.Contains(GenerateCommand.Create().Options, known => known.Name == option);
        }
    }

    [Theory]
    [InlineData("PerClas", "1", "no setting 'PerClas'", "'PerClass'")]
    [InlineData("perclass", "1", "no setting 'perclass'", "'PerClass'")]
    [InlineData("PerClass", "\"many\"", "$.PerClass")]
    [InlineData("Selection", "{ \"Tries\": 1 }", "Tries")]
    [InlineData("Orientation", "\"Sideways\"", "$.Orientation")]
    public void A_wrong_setting_of_a_file_is_named_with_the_file(string name, string value, params string[] expected)
    {
        var file = _files.AddText($"{{ \"{name}\": {value} }}", "wrong.json");
        var (exitCode, output) = GenerateFixture.Run("--settings", file);
        Assert.Equal(1, exitCode);
        Assert.All([file, .. expected], part => Assert.Contains(part, output));
    }

    [Fact]
    public void A_file_may_hold_some_settings_and_the_options_the_others()
    {
        var file = _files.AddText("{ \"Shots\": 2, \"Seed\": 5, }", "some.json");
        var (exitCode, output) =
            GenerateFixture.Run(_files.QuickRun(_files.AddSet(), "--settings", file, "--seed", "6"));
        Assert.True(exitCode == 0, output);
        Assert.Equal((2, 6), ((int)_files.Settings["Shots"]!, (int)_files.Settings["Seed"]!));
    }

    [Fact]
    public void A_missing_option_is_asked_for_by_its_name()
    {
        Assert.Contains("Give --images: ", GenerateFixture.Run("--out", _files.In("out")).Output);
        Assert.Contains("Give --out: ", GenerateFixture.Run("--images", _files.AddSet()).Output);
        Assert.Contains("Give --synthetic: ",
            GenerateFixture.Run(EvaluateCommand.Create(), "--real", _files.In("set")).Output);
    }

    [Theory]
    [InlineData("--per-class", "(48).")]
    [InlineData("--batch", "(8).")]
    [InlineData("--device", "(auto).")]
    [InlineData("--precision", "(Float32).")]
    [InlineData("--seed", "(1).")]
    public void The_help_shows_the_defaults_of_the_settings(string option, string expected) =>
        Assert.EndsWith(expected,
            GenerateCommand.Create().Options.Single(known => known.Name == option).Description!);

    // In a string, not in a comment.
    [GeneratedRegex(@"^(?!\s*///).*""[^""\n]*(?<![.\w])Options\.([A-Z]\w+)", RegexOptions.Multiline)]
    private static partial Regex SettingInText();
}
