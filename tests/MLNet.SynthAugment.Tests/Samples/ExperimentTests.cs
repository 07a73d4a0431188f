using System.Text.Json.Nodes;
using FewShotAccuracy;
using FewShotAccuracy.Arms;
using FewShotAccuracy.Reports;
using MLNet.SynthAugment.Reports;
using MLNet.SynthAugment.Tests.Support;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace MLNet.SynthAugment.Tests.Samples;

/// <summary>The program from end to end, on characters it draws, with a method that needs no model.</summary>
public sealed class ExperimentTests : IDisposable
{
    private const int Classes = 3;
    private const int PerClass = 4;

    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _log = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void All_arms_are_measured_for_every_seed_and_all_files_are_written()
    {
        var results = new Experiment(Settings(), _log.Add).Run(CancellationToken.None);
        Assert.Equal(4 * 2, results.Measurements.Count);
        // Twenty test drawings of three different characters: far above the third that guessing gets.
        Assert.All(results.Summaries, arm => Assert.InRange(arm.Accuracy.Mean, 0.6, 1));
        Assert.Equal(Classes * PerClass, Pictures("synthetic", "seed2").Length);
        Assert.Equal(Classes * PerClass, Pictures("augmented", "seed1").Length);
        Assert.Equal(Classes, Directory.GetDirectories(_folder.File("synthetic", "seed1")).Length);
        using var sheet = Image.Load<Rgb24>(OutputFiles.ContactSheet(_folder.Path, 1));
        Assert.Equal(ContactSheet.Margin + (Classes * (ContactSheet.Cell + ContactSheet.Margin)), sheet.Height);
        Assert.Contains(_log, line => line.StartsWith("Seed 2 of 2 is done", StringComparison.Ordinal));
    }

    [Fact]
    public void A_second_run_gives_the_same_numbers_from_the_images_already_made()
    {
        var first = new Experiment(Settings(), _log.Add).Run(CancellationToken.None);
        var made = Directory.GetFiles(_folder.File("store"), "*.png", SearchOption.AllDirectories).ToDictionary(file => file, File.GetLastWriteTimeUtc);
        Assert.NotEmpty(made);
        var second = new Experiment(Settings(), _log.Add).Run(CancellationToken.None);
        Assert.Equal(first.Measurements.Select(found => found.Accuracy), second.Measurements.Select(found => found.Accuracy));
        Assert.All(made, file => Assert.Equal(file.Value, File.GetLastWriteTimeUtc(file.Key)));
    }

    [Fact]
    public void The_results_file_holds_the_numbers_of_the_table()
    {
        var results = new Experiment(Settings(), _log.Add).Run(CancellationToken.None);
        ResultsFile.Write(results, OutputFiles.Results(_folder.Path));
        var json = JsonNode.Parse(File.ReadAllText(OutputFiles.Results(_folder.Path)))!;
        var real = results.Summaries[0];
        Assert.Equal(Arm.RealOnly, real.Arm);
        Assert.Equal(real.Accuracy.Mean, json["arms"]![0]!["accuracy"]!["mean"]!.GetValue<double>(), 1e-12);
        Assert.Equal(2, json["arms"]![3]!["accuracies"]!.AsArray().Count);
        Assert.NotNull(json["arms"]![3]!["minusRealOnly"]);
        Assert.Equal(2, json["settings"]!["method"]!["maxShift"]!.GetValue<int>());
        var table = string.Join('\n', ResultsTable.Lines(results));
        Assert.Contains("real + classic + DataDream", table, StringComparison.Ordinal);
        Assert.Contains($"{results.Split.Test.Count} test images", table, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cancelled_run_ends_at_once()
    {
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.Throws<OperationCanceledException>(() => new Experiment(Settings(), _log.Add).Run(cancelled.Token));
    }

    private ExperimentSettings Settings() => new()
    {
        Shots = 3,
        PerClass = PerClass,
        Seeds = 2,
        DemoClasses = Classes,
        Out = _folder.Path,
        Method = new ShiftedShots { MaxShift = 2 },
    };

    private string[] Pictures(params string[] folder) => Directory.GetFiles(_folder.File(folder), "*.png", SearchOption.AllDirectories);
}
