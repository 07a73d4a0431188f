using System.Diagnostics;

namespace MLNet.SynthAugment.Tests.Store;

/// <summary>Two processes that work on one store with the same method.</summary>
public sealed class SharedMethodTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("datadream")]
    [InlineData("seedselect")]
    public void Each_image_is_made_once_and_each_thing_learnt_once(string method) => AssertNothingIsDoneTwice(method);

    [LongTheory]
    [MemberData(nameof(QuickMethods.Names), MemberType = typeof(QuickMethods))]
    public void Each_image_is_made_once_and_each_thing_learnt_once_by_every_method(string method) =>
        AssertNothingIsDoneTwice(method);

    private void AssertNothingIsDoneTwice(string method)
    {
        var alone = new List<string>();
        var expected = MethodProcess.Fit(method, _folder["alone"], alone.Add);
        Process[] processes = [MethodProcess.Start(method, _folder["shared"]),
            MethodProcess.Start(method, _folder["shared"])];
        MethodProcess.Release(processes);
        var outputs = processes.Select(
            process => (Lines: process.StandardOutput.ReadToEndAsync(), Errors: process.StandardError.ReadToEndAsync()))
            .ToList();
        var lines = new List<List<string>>();
        foreach (var (process, output) in processes.Zip(outputs))
        {
            using (process)
            {
                lines.Add([.. output.Lines.Result.Split(
                    '\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)]);
                process.WaitForExit();
                Assert.Equal((0, ""), (process.ExitCode, WithoutNnpack(output.Errors.Result)));
            }
        }
        // Together they do what one does, image by image and thing by thing, and both take part.
        Assert.All(lines, done =>
            Assert.Contains(done, line => !line.StartsWith(MethodProcess.Learning, StringComparison.Ordinal)));
        Assert.Equal(9, alone.Count(line => !line.StartsWith(MethodProcess.Learning, StringComparison.Ordinal)));
        Assert.Equal(alone.Order(StringComparer.Ordinal), lines.SelectMany(done => done).Order(StringComparer.Ordinal));
        Assert.Equal(StoredImages.Hashes(expected),
            StoredImages.Hashes(Directory.GetDirectories(_folder["shared"], "watched*").Single()));
    }

    // libtorch's word for a processor that one of its libraries does not know; the others do the work.
    private static string WithoutNnpack(string errors) =>
        string.Join('\n', errors.Split('\n')
            .Where(line => !line.Contains("Could not initialize NNPACK", StringComparison.Ordinal)));
}
