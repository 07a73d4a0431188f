using System.Diagnostics;

namespace MLNet.SynthAugment.Tests.Store;

/// <summary>Several processes on one store.</summary>
public sealed class SharedStoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static List<string> Finish(Process process)
    {
        using (process)
        {
            var lines = process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).ToList();
            process.WaitForExit();
            Assert.Equal("", process.StandardError.ReadToEnd());
            Assert.Equal(0, process.ExitCode);
            return lines;
        }
    }

    private void AssertSameImagesAsAlone()
    {
        var alone = InterruptibleFit.Fit(_folder["shots-alone"], _folder["alone"], _ => { });
        var store = Directory.GetDirectories(_folder["store"], "shiftedshots-*").Single();
        Assert.Equal(StoredImages.Hashes(alone.StoreFolder), StoredImages.Hashes(store));
        Assert.Empty(Directory.GetFiles(Path.Combine(store, "locks")));
    }

    [Fact]
    public void Three_processes_share_the_work_make_each_batch_once_and_learn_once()
    {
        // Long batches, so that all three are at work before the first could be through.
        var processes = Enumerable.Range(0, 3)
            .Select(number => InterruptibleFit.Start(_folder[$"shots{number}"], _folder["store"], pause: 200)).ToList();
        var lines = processes.ConvertAll(Finish);
        var all = lines.SelectMany(found => found).ToList();
        Assert.Single(all, InterruptibleFit.Learning);
        Assert.Equal(InterruptibleFit.AllBatches, all.Count - 1);
        Assert.Equal(all.Count, all.Distinct().Count());
        Assert.All(lines, found => Assert.NotEmpty(found));
        AssertSameImagesAsAlone();
    }

    [Fact]
    public async Task What_a_killed_process_had_claimed_is_made_by_the_one_that_waits_for_it()
    {
        var first = InterruptibleFit.Start(_folder["shots"], _folder["store"], pause: 60_000);
        Assert.Equal(InterruptibleFit.Learning, await first.StandardOutput.ReadLineAsync());
        var second = InterruptibleFit.Start(_folder["shots2"], _folder["store"]);
        // The second makes nothing while the first learns.
        var line = second.StandardOutput.ReadLineAsync();
        Assert.NotSame(line, await Task.WhenAny(line, Task.Delay(3000)));
        first.Kill();
        await first.WaitForExitAsync();
        first.Dispose();
        Assert.Equal(InterruptibleFit.Learning, await line);
        Assert.Equal(InterruptibleFit.AllBatches, Finish(second).Count);
        AssertSameImagesAsAlone();
    }
}
