using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using MLNet.SynthAugment.Diffusion.Weights;

namespace MLNet.SynthAugment.Cli.Tests.Generate;

/// <summary>Runs that are stopped in the middle.</summary>
public sealed partial class InterruptedGenerateTests : IDisposable
{
    // POSIX's numbers.
    private const int Interrupt = 2, Terminate = 15;

    private readonly GenerateFixture _files = new();

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData(Interrupt)]
    [InlineData(Terminate)]
    public void A_signal_keeps_what_is_finished_and_names_the_command_that_goes_on(int signal)
    {
        using var process = new CliProcess(["generate", .. _files.QuickRun(_files.AddSet(), perClass: 4000, batch: 1)]);
        var settings = StopWhen(process, () => Made() >= 2, signal: signal);
        var made = Made();
        Assert.InRange(made, 2, 7999);

        var (exitCode, output) = GenerateFixture.Run("--settings", settings, "--per-class", "3");
        Assert.True(exitCode == 0, output);
        // The first class was being made. What it has beyond three stays; the second one gets its three.
        Assert.Equal(Math.Max(made, 3) + 3, Made());
    }

    [Fact]
    public void Ctrl_C_during_training_keeps_a_checkpoint_that_the_next_run_goes_on_from()
    {
        string[] longer = ["--set", "Training.Epochs=600"];
        using var process = Start("datadream", "stopped", longer);
        var checkpoints = () => Directory.GetFiles(_files.Root, "training.safetensors", SearchOption.AllDirectories);
        StopWhen(process, () => checkpoints().Length > 0, "stopped");
        using (var checkpoint = SafetensorsFile.Open(Assert.Single(checkpoints())))
            Assert.InRange(int.Parse(checkpoint.Metadata["step"], CultureInfo.InvariantCulture), 200, 599);

        Assert.Equal(RunToItsEnd("datadream", "uninterrupted", longer), RunToItsEnd("datadream", "stopped", longer));
        Assert.Empty(checkpoints());
    }

    [Fact]
    public void Ctrl_C_while_seeds_are_optimised_keeps_those_that_are_found()
    {
        string[] longer = ["--set", "Optimization.Iterations=10", "--set", "Anchors=0", "--batch", "1", "--per-class",
            "2"];
        using var process = Start("seedselect", "stopped", longer);
        var found = () => Directory.GetDirectories(_files.Root, "seeds", SearchOption.AllDirectories)
            .Where(folder => !folder.Contains("unfinished", StringComparison.Ordinal))
            .SelectMany(folder => Directory.GetFiles(folder, "*.safetensors", SearchOption.AllDirectories)).ToList();
        StopWhen(process, () => found().Count > 0, "stopped");
        Assert.InRange(found().Count, 1, 3);
        var kept = found().ToDictionary(file => file, File.GetLastWriteTimeUtc);

        Assert.Equal(RunToItsEnd("seedselect", "uninterrupted", longer), RunToItsEnd("seedselect", "stopped", longer));
        Assert.All(kept, file => Assert.Equal(file.Value, File.GetLastWriteTimeUtc(file.Key)));
    }

    [Theory]
    [MemberData(nameof(QuickMethod.Words), 2, MemberType = typeof(QuickMethod))]
    public void Killed_twice_and_started_again_the_store_equals_an_uninterrupted_one(string method) =>
        KillAndCompare(method, kills: 2);

    [LongTheory]
    [MemberData(nameof(QuickMethod.Words), int.MaxValue, MemberType = typeof(QuickMethod))]
    public void Killed_at_twenty_moments_and_started_again_the_store_equals_an_uninterrupted_one(string method) =>
        KillAndCompare(method, kills: 20);

    [LongTheory]
    [InlineData("datadream", "--set", "Scope=Class")]
    [InlineData("classname", "--select", "both", "--reference", "shots", "--max-tries", "4")]
    public void Killed_at_twenty_moments_also_other_ways_to_run_a_method_end_the_same(
        string method, params string[] more)
    {
        string[] clip = more.Contains("--select") ? ["--clip", QuickMethod.Clip(_files)] : [];
        KillAndCompare(method, kills: 20, [.. clip, .. more]);
    }

    [Theory]
    [MemberData(nameof(QuickMethod.Words), 1, MemberType = typeof(QuickMethod))]
    public void Two_processes_on_one_store_finish_together(string method) => ShareAStore(method);

    [LongTheory]
    [MemberData(nameof(QuickMethod.Words), int.MaxValue, MemberType = typeof(QuickMethod))]
    public void Two_processes_on_one_store_finish_together_with_every_method(string method) => ShareAStore(method);

    private void KillAndCompare(string method, int kills, params string[] more)
    {
        var watch = Stopwatch.StartNew();
        var expected = RunToItsEnd(method, "uninterrupted", more);
        var whole = watch.Elapsed;
        var random = new Random(1);
        var (killed, store) = (0, 0);
        while (killed < kills)
        {
            var settings = _files.In("out", $"killed {store}", "settings.json");
            // Every other time by the settings that the first try has left.
            using var process = killed % 2 == 1 && File.Exists(settings) ? new CliProcess(
                "generate", "--settings", settings) : Start(method, $"killed {store}", more);
            if (process.KillAfter(whole * (0.1 + (0.9 * random.NextDouble()))))
            {
                killed++;
                continue;
            }
            // It was through before it could be killed: the next ones begin anew.
            Assert.True(process.Wait() == 0, process.Output);
            Assert.Equal(expected, SnapshotOf($"killed {store++}"));
        }
        Assert.Equal(expected, RunToItsEnd(method, $"killed {store}", more));
    }

    private void ShareAStore(string method)
    {
        var expected = RunToItsEnd(method, "alone");
        using (var first = Start(method, "shared"))
        using (var second = Start(method, "shared", "--out", _files.In("out", "results of the second")))
        {
            Assert.True(first.Wait() == 0, first.Output);
            Assert.True(second.Wait() == 0, second.Output);
        }
        Assert.Equal(expected, SnapshotOf("shared"));
        Assert.Equal(GenerateFixture.Images(_files.In("out", "shared", "images")),
            GenerateFixture.Images(_files.In("out", "results of the second", "images")));
    }

    private SortedDictionary<string, string> RunToItsEnd(string method, string store, params string[] more)
    {
        using var process = Start(method, store, more);
        Assert.True(process.Wait() == 0, process.Output);
        return SnapshotOf(store);
    }

    private CliProcess Start(string method, string store, params string[] more)
    {
        List<string> arguments =
        [
            "generate", "--method", method, "--images", _files.AddSet(), "--device", "cpu", "--store", _files.In(store),
                .. QuickMethod.Arguments(method, _files), .. more,
        ];
        foreach (var (option, value) in new[] { ("--out", _files.In("out", store)), ("--batch", "2"),
            ("--per-class", "5") })
        {
            if (!arguments.Contains(option))
                arguments.AddRange([option, value]);
        }
        return new CliProcess([.. arguments]);
    }

    private SortedDictionary<string, string> SnapshotOf(string store) =>
        StoreSnapshot.Of(_files.In(store), _files.In("out", store, "images"));

    /// <summary>
    /// Sends a signal and makes sure that the process ends as it should: with 128 and the signal's number.
    /// </summary>
    /// <param name="process">A run with its results in <c>out</c>.</param>
    /// <param name="isTime">Becomes true at the moment that is meant.</param>
    /// <param name="results">The folder in <c>out</c> with its results.</param>
    /// <param name="signal">Ctrl-C unless given.</param>
    /// <returns>The settings that go on.</returns>
    private string StopWhen(CliProcess process, Func<bool> isTime, string results = "", int signal = Interrupt)
    {
        Assert.True(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "This test sends a POSIX signal.");
        Assert.True(SpinWait.SpinUntil(isTime, TimeSpan.FromMinutes(3)), process.Output);
        Assert.Equal(0, Kill(process.Id, signal));
        Assert.Equal(128 + signal, process.Wait());
        var settings = Path.Combine(_files.In("out", results), "settings.json");
        Assert.Contains($"Go on with: synthaugment generate --settings \"{settings}\"", process.Output);
        Assert.DoesNotContain("   at ", process.Output);
        return settings;
    }

    private int Made() => Directory.Exists(_files.In("out", "store"))
        ? Directory.GetFiles(_files.In("out", "store"), "0*.png", SearchOption.AllDirectories).Length : 0;

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
