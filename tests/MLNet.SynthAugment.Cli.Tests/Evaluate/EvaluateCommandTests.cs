using System.Text.Json.Nodes;
using MLNet.SynthAugment.Cli.Evaluate;
using MLNet.SynthAugment.Cli.Tests.Generate;

namespace MLNet.SynthAugment.Cli.Tests.Evaluate;

public sealed class EvaluateCommandTests : IDisposable
{
    private readonly GenerateFixture _files = new();

    public EvaluateCommandTests()
    {
        TinyClip.Save(_files.In("clip"));
        foreach (var (name, first) in new[] { ("cat", 0), ("dog", 3) })
        {
            for (var i = 0; i < 3; i++)
                _files.AddImage(first + i, "synthetic", name, $"{i}.png");
        }
    }

    public void Dispose() => _files.Dispose();

    private (int ExitCode, string Output) Run(params string[] more) =>
        GenerateFixture.Run(EvaluateCommand.Create(),
            ["--synthetic", _files.In("synthetic"), "--device", "cpu", "--out", _files.In("results", "metrics.json"),
                .. more]);

    private JsonNode Report => JsonNode.Parse(File.ReadAllText(_files.In("results", "metrics.json")))!;

    [Fact]
    public void Two_sets_are_compared_in_a_table_and_a_JSON_file()
    {
        var (exitCode, output) =
            Run("--real", _files.AddSet(), "--clip", _files.In("clip"), "--reference", "shots", "--neighbours", "2");
        Assert.True(exitCode == 0, output);
        foreach (var word in new[] { "metric", "synthetic", "real", "FID", "KID", " ± ", "CMMD", "precision", "recall",
            "density", "coverage", "CLIP score", "near copies", "diversity" })
            Assert.Contains(word, output);
        var metrics = Report["Metrics"]!;
        Assert.Equal((8, 6), ((int)metrics["RealCount"]!, (int)metrics["SyntheticCount"]!));
        Assert.InRange((double)metrics["Prdc"]!["Precision"]!, 0, 1);
        Assert.NotNull(metrics["Kid"]!["StandardError"]);
        Assert.Equal(["cat", "dog"], metrics["ClassCorrectness"]!["ByClass"]!.AsObject().Select(found => found.Key));
        Assert.Empty(metrics["Unmeasured"]!.AsObject());
        Assert.Equal(_files.In("clip"), (string)Report["Settings"]!["Clip"]!);
        Assert.Equal("Shots", (string)Report["Settings"]!["Reference"]!);
        Assert.Equal(["a photo of a {class}"],
            Report["Settings"]!["Templates"]!.AsArray().Select(template => (string)template!));
    }

    [Fact]
    public void The_embedded_model_measures_where_none_is_named_and_few_images_give_sentences()
    {
        var (exitCode, output) = Run("--real", _files.AddSet(), "--shots", "2");
        Assert.True(exitCode == 0, output);
        Assert.Contains("No Prdc: Precision, recall, density and coverage with k = 5 needs at least 6 rows in each "
            + "set; there are 4 real and 6 synthetic ones.", output);
        Assert.Null(Report["Metrics"]!["Prdc"]);
        Assert.NotNull(Report["Metrics"]!["Fid"]);
        Assert.NotNull(Report["Metrics"]!["ClipScore"]);
        Assert.Equal(4, (int)Report["Metrics"]!["RealCount"]!);
    }

    [Fact]
    public void Training_images_are_the_real_ones_and_unreadable_images_are_named()
    {
        foreach (var split in new[] { "train", "test" })
        {
            for (var i = 0; i < 3; i++)
                _files.AddImage(i, "split", split, "cat", $"{i}.png");
        }
        File.WriteAllText(_files.In("synthetic", "dog", "0.png"), "no image");
        var (exitCode, output) = Run("--real", _files.In("split"), "--clip", _files.In("clip"));
        Assert.True(exitCode == 0, output);
        Assert.EndsWith("split:train", (string)Report["Settings"]!["Real"]!, StringComparison.Ordinal);
        Assert.Equal((3, 5), ((int)Report["Metrics"]!["RealCount"]!, (int)Report["Metrics"]!["SyntheticCount"]!));
        Assert.Contains("Warning: 'dog/0.png' is left out", output);
        Assert.Contains("1 classes of the synthetic data are not in the real data, and no metric compares them with "
            + "their class: 'dog'.", output);
    }

    [Theory]
    [InlineData("There is no image folder or zip file 'nowhere'", "nowhere", "clip", "cpu")]
    [InlineData("is no folder of a CLIP model", "synthetic", "nowhere", "cpu")]
    [InlineData("Device option 'abacus' is unknown", "synthetic", "clip", "abacus")]
    public void Errors_are_sentences(string expected, string real, string clip, string device)
    {
        var (exitCode, output) = GenerateFixture.Run(EvaluateCommand.Create(), "--synthetic", _files.In("synthetic"),
            "--real", real == "nowhere" ? real : _files.In(real), "--clip", _files.In(clip), "--device", device);
        Assert.Equal(1, exitCode);
        Assert.Contains(expected, output);
    }
}
