namespace MLNet.SynthAugment.Tests.Store;

public sealed class KillAndResumeTests
{
    [Fact]
    public void Killed_at_any_moment_and_run_again_the_images_are_byte_identical_to_an_uninterrupted_run()
    {
        using var folder = new TemporaryFolder();
        var uninterrupted = InterruptibleFit.Fit(folder["shots"], folder["uninterrupted"], _ => { });
        var expected = StoredImages.Hashes(uninterrupted.StoreFolder);
        Assert.Equal(Drawings.Classes.Length * InterruptibleFit.ImagesPerClass, expected.Count);

        // Each run prints a line before every batch; it is killed while it works on what follows the line.
        foreach (var lines in new[] { 1, 7, 12 })
            RunAndKill(folder["shots"], folder["killed"], lines);
        var before = Directory.GetFiles(folder["killed"], "*.png", SearchOption.AllDirectories).Length;
        Assert.InRange(before, 1, expected.Count + 11);

        var batches = 0;
        var resumed = InterruptibleFit.Fit(folder["shots"], folder["killed"], _ => batches++);
        Assert.InRange(batches, 1, InterruptibleFit.AllBatches - 16);
        Assert.Equal(expected, StoredImages.Hashes(resumed.StoreFolder));
        Assert.Equal(Path.GetFileName(uninterrupted.StoreFolder), Path.GetFileName(resumed.StoreFolder));
    }

    private static void RunAndKill(string shots, string store, int lines)
    {
        using var process = InterruptibleFit.Start(shots, store);
        for (var i = 0; i < lines; i++)
            Assert.NotNull(process.StandardOutput.ReadLine());
        process.Kill();
        process.WaitForExit();
        Assert.NotEqual(0, process.ExitCode);
    }
}
