using System.Diagnostics;
using System.Runtime.InteropServices;
using MLNet.SynthAugment.Diffusion.Tests;

namespace MLNet.SynthAugment.Cli.Tests.Generate;

/// <summary>Runs that are stopped in the middle.</summary>
public sealed partial class InterruptedGenerateTests : IDisposable
{
    private const int Interrupt = 2;

    private readonly GenerateFixture _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void Ctrl_C_ends_with_130_keeps_what_is_finished_and_names_the_command_that_goes_on()
    {
        Assert.True(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "This test sends a POSIX signal.");
        using var process = new CliProcess(["generate", .. _files.QuickRun(_files.AddSet(), perClass: 4000, batch: 1)]);
        process.WaitFor("are made now");
        Assert.True(SpinWait.SpinUntil(() => Made() >= 2, TimeSpan.FromMinutes(3)), process.Output);
        Assert.Equal(0, Kill(process.Id, Interrupt));
        Assert.Equal(130, process.Wait());
        var settings = _files.In("out", "settings.json");
        Assert.Contains($"Go on with: synthaugment generate --settings \"{settings}\"", process.Output);
        Assert.DoesNotContain("   at ", process.Output);
        var made = Made();
        Assert.InRange(made, 2, 7999);

        var (exitCode, output) = GenerateFixture.Run("--settings", settings, "--per-class", "3");
        Assert.True(exitCode == 0, output);
        // The first class was being made. What it has beyond three stays; the second one gets its three.
        Assert.Equal(Math.Max(made, 3) + 3, Made());
    }

    [Theory]
    [MemberData(nameof(QuickMethod.Words), 2, MemberType = typeof(QuickMethod))]
    public void Killed_twice_and_started_again_the_store_equals_an_uninterrupted_one(string method) => KillAndCompare(method, kills: 2);

    [LongTheory]
    [MemberData(nameof(QuickMethod.Words), int.MaxValue, MemberType = typeof(QuickMethod))]
    public void Killed_at_twenty_moments_and_started_again_the_store_equals_an_uninterrupted_one(string method) => KillAndCompare(method, kills: 20);

    [Theory]
    [MemberData(nameof(QuickMethod.Words), 1, MemberType = typeof(QuickMethod))]
    public void Two_processes_on_one_store_finish_together(string method) => ShareAStore(method);

    [LongTheory]
    [MemberData(nameof(QuickMethod.Words), int.MaxValue, MemberType = typeof(QuickMethod))]
    public void Two_processes_on_one_store_finish_together_with_every_method(string method) => ShareAStore(method);

    private void KillAndCompare(string method, int kills)
    {
        var watch = Stopwatch.StartNew();
        var expected = RunToItsEnd(method, "uninterrupted");
        var whole = watch.Elapsed;
        var random = new Random(1);
        var (killed, store) = (0, 0);
        while (killed < kills)
        {
            using var process = Start(method, $"killed {store}");
            if (process.KillAfter(whole * (0.1 + (0.9 * random.NextDouble()))))
            {
                killed++;
                continue;
            }
            // It was through before it could be killed: the next ones begin anew.
            Assert.True(process.Wait() == 0, process.Output);
            Assert.Equal(expected, ImagesOf($"killed {store++}"));
        }
        Assert.Equal(expected, RunToItsEnd(method, $"killed {store}"));
    }

    private void ShareAStore(string method)
    {
        var expected = RunToItsEnd(method, "alone");
        using (var first = Start(method, "shared"))
        using (var second = Start(method, "shared", "results of the second"))
        {
            Assert.True(first.Wait() == 0, first.Output);
            Assert.True(second.Wait() == 0, second.Output);
        }
        Assert.Equal(expected, ImagesOf("shared"));
    }

    private SortedDictionary<string, string> RunToItsEnd(string method, string store)
    {
        using var process = Start(method, store);
        Assert.True(process.Wait() == 0, process.Output);
        return ImagesOf(store);
    }

    private CliProcess Start(string method, string store, string results = "results") => new(
    [
        "generate", "--method", method, "--images", _files.AddSet(), "--out", _files.In("out", store, results), "--store", _files.In(store),
        "--device", "cpu", "--per-class", "5", "--batch", "2", .. QuickMethod.Arguments(method, _files),
    ]);

    private SortedDictionary<string, string> ImagesOf(string store)
    {
        var images = Path.Combine(Assert.Single(Directory.GetDirectories(_files.In(store)), folder => File.Exists(Path.Combine(folder, "manifest.db"))), "images");
        Assert.Empty(Directory.GetFiles(images, "*.tmp", SearchOption.AllDirectories));
        return GenerateFixture.Images(images);
    }

    private int Made() => Directory.Exists(_files.In("out", "store")) ? Directory.GetFiles(_files.In("out", "store"), "0*.png", SearchOption.AllDirectories).Length : 0;

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
