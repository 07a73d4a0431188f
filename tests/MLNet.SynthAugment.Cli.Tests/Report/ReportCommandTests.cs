using MLNet.SynthAugment.Cli.Report;
using MLNet.SynthAugment.Cli.Tests.Generate;

namespace MLNet.SynthAugment.Cli.Tests.Report;

public sealed class ReportCommandTests : IDisposable
{
    private readonly ComparisonFixture _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void The_report_is_made_again_from_what_lies_in_the_folder()
    {
        var report = _files.Comparison(_files.Options(new ScriptedTrainer())).Run();
        report.Write(Path.Combine(_files.Out, "comparison.json"));
        var expected = ReportRun.Write(report, _files.Out, null, "cpu", _ => { }, CancellationToken.None);
        var other = Path.Combine(_files.Root, "again.html");
        var (exitCode, output) =
            GenerateFixture.Run(ReportCommand.Create(), "--comparison", _files.Out, "--device", "cpu", "--out", other);
        Assert.True(exitCode == 0, output);
        Assert.Contains($"The report is {other}.", output);
        Assert.Equal(File.ReadAllText(expected), File.ReadAllText(other));
    }

    [Fact]
    public void A_folder_without_a_comparison_gives_a_sentence()
    {
        var (exitCode, output) = GenerateFixture.Run(ReportCommand.Create(), "--comparison", _files.Set);
        Assert.Equal(1, exitCode);
        Assert.Contains("holds no comparison: it has no comparison.json", output);
    }
}
