using System.Diagnostics;
using MLNet.SynthAugment.Diffusion;

namespace MLNet.SynthAugment.Tests.Store;

/// <summary>Stores on disks that are full or cannot be written.</summary>
public sealed class DiskTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static (int ExitCode, int Lines, string Error) Finish(Process process)
    {
        using (process)
        {
            var lines = process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
            var error = process.StandardError.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, lines.Length, error);
        }
    }

    private void AssertTheRestIsMade(int batchesBefore)
    {
        var batches = 0;
        var resumed = InterruptibleFit.Fit(
            _folder["shots"], _folder["store"], line => batches += line == InterruptibleFit.Learning ? 0 : 1);
        Assert.Equal(InterruptibleFit.AllBatches - batchesBefore, batches);
        Assert.Equal(StoredImages.Hashes(
            InterruptibleFit.Fit(_folder["shots"], _folder["alone"], _ => { }).StoreFolder),
            StoredImages.Hashes(resumed.StoreFolder));
    }

    [NamespaceFact]
    public void A_full_disk_is_an_error_with_a_sentence_and_what_was_made_is_kept()
    {
        // The disk is gone with the process, so its content is copied when the program has ended.
        Directory.CreateDirectory(_folder["disk"]);
        var (disk, store) = (_folder["disk"], _folder["store"]);
        var shell = $"mount -t tmpfs -o size=360k none '{disk}' && (\"$@\"; code=$?; cp -r '{disk}/store' '{store}'; exit $code); exit $?";
        var (exitCode, lines, error) =
            Finish(InterruptibleFit.Start(_folder["shots"], Path.Combine(disk, "store"), shell: shell));
        Assert.Equal(1, exitCode);
        Assert.Contains("There is no space left for the synthesis store", error);
        Assert.InRange(lines, 3, InterruptibleFit.AllBatches);
        // A line says that it learns; the batch of the last line is lost.
        AssertTheRestIsMade(lines - 2);
    }

    [NamespaceFact]
    public void A_disk_that_is_full_while_something_is_learnt_is_an_error_with_a_sentence_and_what_was_learnt_is_kept()
    {
        using (var model = TinyModelKinds.Create(TinyModelKinds.StableDiffusion1))
            model.Save(_folder["model"], Precision.Float32);
        var whole = LearningFit.Fit(_folder["shots"], _folder["alone"], _folder["model"], _ => { });
        var size = new DirectoryInfo(_folder["alone"]).EnumerateFiles("*", SearchOption.AllDirectories)
            .Sum(file => file.Length);
        Directory.CreateDirectory(_folder["disk"]);
        var (disk, store) = (_folder["disk"], _folder["store"]);
        var shell = $"mount -t tmpfs -o size={size / 2} none '{disk}' && (\"$@\"; code=$?; cp -r '{disk}/store' '{store}'; exit $code); exit $?";
        var (exitCode, lines, error) =
            Finish(LearningFit.Start(_folder["shots"], Path.Combine(disk, "store"), _folder["model"], shell));
        Assert.Equal(1, exitCode);
        Assert.Contains("There is no space left for the synthesis store", error);
        Assert.Contains("What was made so far is kept: free some space and run the same again", error);
        Assert.InRange(lines, 2, LearningFit.Adapters - 1);

        // What was finished is not trained again; the last one begun is.
        var trainings = 0;
        var resumed = LearningFit.Fit(_folder["shots"], store, _folder["model"], _ => trainings++);
        Assert.Equal(LearningFit.Adapters - (lines - 1), trainings);
        Assert.Equal(StoredImages.Hashes(whole.StoreFolder), StoredImages.Hashes(resumed.StoreFolder));
    }

    [NamespaceFact]
    public void A_full_disk_at_an_export_is_an_error_with_a_sentence()
    {
        Directory.CreateDirectory(_folder["disk"]);
        var (exitCode, _, error) =
            Finish(InterruptibleFit.Start(
            _folder["shots"], _folder["store"], shell: $"mount -t tmpfs -o size=4k none '{_folder["disk"]}'",
            export: _folder["disk"]));
        Assert.Equal(3, exitCode);
        foreach (var name in new[] { "set.zip", "set", "saved" })
            Assert.Contains($"There is no space left to write '{Path.Combine(_folder["disk"], name)}'. Nothing in the synthesis store is lost", error);
    }

    [NamespaceFact]
    public void A_read_only_store_is_read_and_what_is_missing_in_it_is_an_error_with_a_sentence()
    {
        var complete = InterruptibleFit.Fit(_folder["shots"], _folder["store"], _ => { }).StoreFolder;
        var readOnly = $"mount --bind '{_folder["store"]}' '{_folder["store"]}' && mount -o remount,ro,bind '{_folder["store"]}'";
        Assert.Equal((0, 0, ""), Finish(InterruptibleFit.Start(_folder["shots"], _folder["store"], shell: readOnly)));

        File.Delete(Directory.GetFiles(complete, "000005.png", SearchOption.AllDirectories)[0]);
        var (exitCode, lines, error) =
            Finish(InterruptibleFit.Start(_folder["shots"], _folder["store"], shell: readOnly));
        Assert.Equal((1, 0), (exitCode, lines));
        Assert.Contains($"The synthesis store '{complete}' cannot be written", error);
        AssertTheRestIsMade(InterruptibleFit.AllBatches - 1);

        Directory.CreateDirectory(_folder["empty"]);
        (exitCode, lines, error) =
            Finish(InterruptibleFit.Start(
            _folder["shots"], Path.Combine(_folder["empty"], "store"),
            shell: readOnly.Replace(_folder["store"], _folder["empty"])));
        Assert.Equal((1, 0), (exitCode, lines));
        Assert.Contains("cannot be written", error);
    }
}
