namespace MLNet.SynthAugment.Cli.Tests.Generate;

/// <summary>Several runs that write their results to one folder.</summary>
public sealed class SharedResultsTests : IDisposable
{
    private readonly GenerateFixture _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void The_same_command_twice_at_once_ends_well_twice()
    {
        string[] run = ["generate", .. _files.QuickRun(_files.AddSet(), perClass: 40, batch: 20)];
        using (var first = new CliProcess(run))
        using (var second = new CliProcess(run))
        {
            Assert.True(first.Wait() == 0, first.Output);
            Assert.True(second.Wait() == 0, second.Output);
        }
        Assert.Equal(80, GenerateFixture.Images(_files.In("out", "images")).Count);
        Assert.Empty(Directory.GetFileSystemEntries(_files.In("out"), "*unfinished*"));
    }

    [Fact]
    public void A_run_waits_until_another_has_written_its_results()
    {
        Directory.CreateDirectory(_files.In("out"));
        var another = new FileStream(
            _files.In("out", ".lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        using var process = new CliProcess(["generate", .. _files.QuickRun(_files.AddSet())]);
        process.WaitFor("Waiting for another run that writes its results");
        Assert.False(Directory.Exists(_files.In("out", "images")));
        another.Dispose();
        Assert.True(process.Wait() == 0, process.Output);
        Assert.Equal(6, GenerateFixture.Images(_files.In("out", "images")).Count);
    }
}
