using System.Diagnostics;
using MLNet.SynthAugment.Methods;

namespace MLNet.SynthAugment.Tests.Samples;

/// <summary>The programs of samples/Methods and samples/CustomMethod, as a reader of theirs runs them.</summary>
public sealed class MethodSampleTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static IEnumerable<object[]> Words => SynthesisMethods.All.Select(kind => new object[] { kind.Word });

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_method_has_a_sample()
    {
        var (exitCode, output) = SampleProgram.Run("Methods");
        Assert.Equal(2, exitCode);
        Assert.Equal(SynthesisMethods.All.Select(kind => kind.Word).Order(StringComparer.Ordinal),
            output.Trim().TrimEnd('.').Split(": ")[1].Split(", ").Order(StringComparer.Ordinal));
    }

    [LongTheory]
    [MemberData(nameof(Words))]
    public void A_method_s_sample_makes_images_within_three_minutes(string word) =>
        AssertMakesImages("Methods", word, _folder["out"]);

    [LongFact]
    public void The_custom_method_makes_images_within_three_minutes() =>
        AssertMakesImages("CustomMethod", _folder["out"]);

    private static void AssertMakesImages(string sample, params string[] arguments)
    {
        var watch = Stopwatch.StartNew();
        var (exitCode, output) = SampleProgram.Run(sample, arguments);
        Assert.True(exitCode == 0, output);
        Assert.NotEmpty(Directory.GetFiles(arguments[^1], "*.png", SearchOption.AllDirectories));
        Assert.Contains("images are in", output);
        Assert.True(watch.Elapsed < TimeSpan.FromMinutes(3), $"It took {watch.Elapsed}.");
    }
}
