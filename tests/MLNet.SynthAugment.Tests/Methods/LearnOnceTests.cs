using System.Text.Json.Serialization;
using MLNet.SynthAugment.Methods;

namespace MLNet.SynthAugment.Tests.Methods;

/// <summary>Files that a method learns once, whoever else works on the store.</summary>
public sealed class LearnOnceTests : IDisposable
{
    /// <summary>Runs a test's code where a method adapts, then stops.</summary>
    private sealed record Probe : ISynthesisMethod
    {
        [JsonIgnore]
        public Action<SynthesisContext> OnAdapt { get; init; } = _ => { };

        public string Name => "Probe";

        public bool UsesDiffusionModel => false;

        public IImageSource Adapt(SynthesisContext context)
        {
            OnAdapt(context);
            throw new NotSupportedException("The probe makes no images.");
        }
    }

    private readonly Fitting _fitting = new();

    public void Dispose() => _fitting.Dispose();

    private void InContext(Action<SynthesisContext> onAdapt)
    {
        var options = _fitting.Options();
        options.Method = new Probe { OnAdapt = onAdapt };
        Assert.Throws<NotSupportedException>(
            () => _fitting.Fit(_fitting.ML.Data.LoadFromEnumerable(_fitting.WriteShots()), options));
    }

    [Fact]
    public void A_file_is_made_once_and_again_only_if_it_is_not_sound()
    {
        var made = 0;
        void Make(string path) => File.WriteAllText(path, $"{++made}");
        InContext(context =>
        {
            var path = context.LearnOnce("folder/token.txt", Make);
            Assert.Equal(Path.Combine(context.StateFolder, "folder/token.txt"), path);
            Assert.Equal("1", File.ReadAllText(path));
        });
        InContext(context => Assert.Equal("1", File.ReadAllText(context.LearnOnce("folder/token.txt", Make))));
        InContext(context => Assert.Equal(
            "2", File.ReadAllText(context.LearnOnce("folder/token.txt", Make, path => File.ReadAllText(path) == "2"))));
        Assert.Equal(2, made);
    }

    // As a process leaves it that is killed while it writes.
    [Fact]
    public void What_a_killed_process_left_half_written_goes() => InContext(context =>
    {
        string? half = null;
        context.LearnOnce("token.safetensors", path =>
        {
            half = Path.Combine(Path.GetDirectoryName(path)!, $".{Path.GetFileName(path)}.0123.tmp");
            File.WriteAllText(half, "ha");
            File.WriteAllText(path, "whole");
        });
        context.LearnOnce("token.safetensors", path => File.WriteAllText(path, "whole again"),
            path => File.ReadAllText(path) != "whole");
        Assert.False(File.Exists(half));
    });

    [Fact]
    public void Of_many_threads_one_makes_it_and_the_others_get_the_finished_file() => InContext(context =>
    {
        var made = 0;
        Parallel.For(0, 8, new ParallelOptions { MaxDegreeOfParallelism = 8 }, _ =>
        {
            var path = context.LearnOnce("adapter.safetensors", path =>
            {
                Interlocked.Increment(ref made);
                File.WriteAllText(path, "half");
                Thread.Sleep(200);
                File.AppendAllText(path, " and half");
            });
            Assert.Equal("half and half", File.ReadAllText(path));
        });
        Assert.Equal(1, made);
    });

    [Fact]
    public void What_could_not_be_finished_is_not_there() => InContext(context =>
    {
        Assert.Throws<InvalidDataException>(() => context.LearnOnce("seed.bin", path =>
        {
            Assert.Equal(".bin", Path.GetExtension(path));
            File.WriteAllText(path, "half");
            throw new InvalidDataException();
        }));
        Assert.Contains("did not write",
            Assert.Throws<InvalidOperationException>(() => context.LearnOnce("seed.bin", _ => { })).Message);
        Assert.Equal("whole", File.ReadAllText(
            context.LearnOnce("seed.bin", path => File.WriteAllText(path, "whole"))));
    });

    [Fact]
    public void A_name_that_leads_out_of_the_folder_is_refused() => InContext(context =>
    {
        foreach (var name in new[] { "../x", "a/../../x", Path.GetFullPath("/x"), "locks/x", "" })
            Assert.ThrowsAny<ArgumentException>(() => context.LearnOnce(name, _ => { }));
    });
}
