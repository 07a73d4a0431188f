using System.Diagnostics;
using MLNet.SynthAugment.Tests.Support;

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
        var resumed = InterruptibleFit.Fit(_folder["shots"], _folder["store"], line => batches += line == InterruptibleFit.Learning ? 0 : 1);
        Assert.Equal(InterruptibleFit.AllBatches - batchesBefore, batches);
        Assert.Equal(StoredImages.Hashes(InterruptibleFit.Fit(_folder["shots"], _folder["alone"], _ => { }).StoreFolder), StoredImages.Hashes(resumed.StoreFolder));
    }

    [NamespaceFact]
    public void A_full_disk_is_an_error_with_a_sentence_and_what_was_made_is_kept()
    {
        // The disk is gone with the process, so its content is copied when the program has ended.
        Directory.CreateDirectory(_folder["disk"]);
        var (disk, store) = (_folder["disk"], _folder["store"]);
        var shell = $"mount -t tmpfs -o size=360k none '{disk}' && (\"$@\"; code=$?; cp -r '{disk}/store' '{store}'; exit $code); exit $?";
        var (exitCode, lines, error) = Finish(InterruptibleFit.Start(_folder["shots"], Path.Combine(disk, "store"), shell: shell));
        Assert.Equal(1, exitCode);
        Assert.Contains("There is no space left for the synthesis store", error);
        Assert.InRange(lines, 3, InterruptibleFit.AllBatches);
        // A line says that it learns; the batch of the last line is lost.
        AssertTheRestIsMade(lines - 2);
    }

    [NamespaceFact]
    public void A_read_only_store_is_read_and_what_is_missing_in_it_is_an_error_with_a_sentence()
    {
        var complete = InterruptibleFit.Fit(_folder["shots"], _folder["store"], _ => { }).StoreFolder;
        var readOnly = $"mount --bind '{_folder["store"]}' '{_folder["store"]}' && mount -o remount,ro,bind '{_folder["store"]}'";
        Assert.Equal((0, 0, ""), Finish(InterruptibleFit.Start(_folder["shots"], _folder["store"], shell: readOnly)));

        File.Delete(Directory.GetFiles(complete, "000005.png", SearchOption.AllDirectories)[0]);
        var (exitCode, lines, error) = Finish(InterruptibleFit.Start(_folder["shots"], _folder["store"], shell: readOnly));
        Assert.Equal((1, 0), (exitCode, lines));
        Assert.Contains($"The synthesis store '{complete}' cannot be written", error);
        AssertTheRestIsMade(InterruptibleFit.AllBatches - 1);

        Directory.CreateDirectory(_folder["empty"]);
        (exitCode, lines, error) = Finish(InterruptibleFit.Start(_folder["shots"], Path.Combine(_folder["empty"], "store"), shell: readOnly.Replace(_folder["store"], _folder["empty"])));
        Assert.Equal((1, 0), (exitCode, lines));
        Assert.Contains("cannot be written", error);
    }
}
