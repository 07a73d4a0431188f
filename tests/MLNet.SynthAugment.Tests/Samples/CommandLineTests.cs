using System.Text.Json.Nodes;
using FewShotAccuracy;
using FewShotAccuracy.Reports;
using MLNet.SynthAugment.Diffusion;
using MLNet.SynthAugment.Diffusion.Tests;
using MLNet.SynthAugment.Methods;
using MLNet.SynthAugment.Tests.Support;

namespace MLNet.SynthAugment.Tests.Samples;

/// <summary>The program as it is called, with a model of a few thousand random weights.</summary>
public sealed class CommandLineTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_short_run_of_datadream_writes_all_its_files()
    {
        using (var model = TinyModels.LatentDiffusion())
            model.Save(_folder["model"], Precision.Float32);
        SampleImages.SaveClasses(_folder.File("images"), 6, "left", "right");
        var exitCode = await CommandLine.RunAsync(["--images", _folder["images"], "--model", _folder["model"], "--method", "datadream-class", "--shots", "2",
            "--per-class", "3", "--seeds", "2", "--epochs", "1", "--sampling-steps", "2", "--device", "cpu", "--out", _folder["out"]]);
        Assert.Equal(0, exitCode);
        var results = JsonNode.Parse(File.ReadAllText(OutputFiles.Results(_folder["out"])))!;
        Assert.Equal((int)LoraScope.Class, results["settings"]!["method"]!["scope"]!.GetValue<int>());
        Assert.All(results["arms"]!.AsArray(), arm => Assert.Equal(2, arm!["accuracies"]!.AsArray().Count));
        for (var seed = 1; seed <= 2; seed++)
        {
            Assert.True(File.Exists(OutputFiles.ContactSheet(_folder["out"], seed)));
            Assert.Equal(2 * 3, Directory.GetFiles(OutputFiles.SeedFolder(_folder["out"], "synthetic", seed), "*.png", SearchOption.AllDirectories).Length);
        }
    }

    [Theory]
    [InlineData("--shots", "0")]
    [InlineData("--seeds", "-1")]
    [InlineData("--per-class", "0")]
    [InlineData("--method", "magic")]
    [InlineData("--real-weight", "1.5")]
    [InlineData("--model", "no such folder")]
    [InlineData("--images", "no such folder")]
    public async Task A_wrong_argument_gives_an_exit_code_and_no_results(string option, string value)
    {
        Assert.Equal(1, await CommandLine.RunAsync([option, value, "--out", _folder["out"]]));
        Assert.False(File.Exists(OutputFiles.Results(_folder["out"])));
    }

    [Theory]
    [InlineData(12, 60, 24, 40)]
    [InlineData(66, 330, 8, 24)]
    [InlineData(1000, 5000, 8, 1)]
    public void Unnamed_sizes_follow_the_size_of_the_task(int classes, int shots, int perClass, int epochs)
    {
        var settings = new ExperimentSettings { Out = "" };
        Assert.Equal(perClass, settings.PerClassFor(classes));
        Assert.Equal(epochs, Assert.IsType<DataDream>(settings.MethodFor(shots)).Epochs);
    }
}
